/** Version of the schema that the header of a trace names. */
export const SYSFLOW_SCHEMA_VERSION = 5;

type Type = string | readonly unknown[] | Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, Type | { readonly of: Type; readonly default: unknown }>>;

function record(name: string, fields: Fields): Type {
  const cut = name.lastIndexOf('.');
  return {
    type: 'record',
    namespace: name.slice(0, cut),
    name: name.slice(cut + 1),
    fields: Object.entries(fields).map(([field, type]) =>
      typeof type === 'object' && 'of' in type
        ? { name: field, type: type.of, default: type.default }
        : { name: field, type },
    ),
  };
}

function enumeration(name: string, symbols: string): Type {
  return { type: 'enum', namespace: 'sysflow.type', name, symbols: symbols.split(' ') };
}

const array = (items: Type): Type => ({ type: 'array', items });
const optional = (type: Type): Type => ['null', type];

const CONTAINER_TYPES = 'CT_DOCKER CT_LXC CT_LIBVIRT_LXC CT_MESOS CT_RKT CT_CUSTOM CT_CRI CT_CONTAINERD CT_CRIO CT_BPM';
const KUBERNETES_KINDS =
  'K8S_NODES K8S_NAMESPACES K8S_PODS K8S_REPLICATIONCONTROLLERS K8S_SERVICES K8S_EVENTS K8S_REPLICASETS K8S_DAEMONSETS K8S_DEPLOYMENTS K8S_UNKNOWN';
const KUBERNETES_ACTIONS =
  'K8S_COMPONENT_ADDED K8S_COMPONENT_MODIFIED K8S_COMPONENT_DELETED K8S_COMPONENT_ERROR K8S_COMPONENT_NONEXISTENT K8S_COMPONENT_UNKNOWN';

const actor = { procOID: 'sysflow.type.OID', ts: 'long', tid: 'long', opFlags: 'int' } as const;
const counters = { numRRecvOps: 'long', numWSendOps: 'long', numRRecvBytes: 'long', numWSendBytes: 'long' } as const;
const ends = { sip: 'int', sport: 'int', dip: 'int', dport: 'int', proto: 'int' } as const;

/** Position of each kind of record in the union that a trace is made of. */
export const BRANCH = { header: 0, container: 1, process: 2, file: 3, PE: 4, NF: 5, FF: 6, FE: 7 } as const;

/** The schema of SysFlow's telemetry, version 5, names in full where a type is used again. */
export const SYSFLOW_TRACE_SCHEMA: string = JSON.stringify(
  record('sysflow.SysFlow', {
    rec: [
      record('sysflow.entity.SFHeader', {
        version: { of: 'long', default: SYSFLOW_SCHEMA_VERSION },
        exporter: 'string',
        ip: { of: 'string', default: 'NA' },
        filename: 'string',
      }),
      record('sysflow.entity.Container', {
        id: 'string',
        name: 'string',
        image: 'string',
        imageid: 'string',
        type: enumeration('ContainerType', CONTAINER_TYPES),
        privileged: 'boolean',
        podId: optional('string'),
      }),
      record('sysflow.entity.Process', {
        state: enumeration('SFObjectState', 'CREATED MODIFIED REUP'),
        oid: record('sysflow.type.OID', { createTS: 'long', hpid: 'long' }),
        poid: optional('sysflow.type.OID'),
        ts: 'long',
        exe: 'string',
        exeArgs: 'string',
        uid: 'int',
        userName: 'string',
        gid: 'int',
        groupName: 'string',
        tty: 'boolean',
        containerId: optional('string'),
        entry: { of: 'boolean', default: false },
        cwd: 'string',
        env: array('string'),
      }),
      record('sysflow.entity.File', {
        state: 'sysflow.type.SFObjectState',
        oid: { type: 'fixed', namespace: 'sysflow.type', name: 'FOID', size: 20 },
        ts: 'long',
        restype: 'int',
        path: 'string',
        containerId: optional('string'),
      }),
      record('sysflow.event.ProcessEvent', { ...actor, args: array('string'), ret: 'int' }),
      record('sysflow.flow.NetworkFlow', { ...actor, endTs: 'long', ...ends, fd: 'int', ...counters }),
      record('sysflow.flow.FileFlow', {
        ...actor,
        openFlags: 'int',
        endTs: 'long',
        fileOID: 'sysflow.type.FOID',
        fd: 'int',
        ...counters,
      }),
      record('sysflow.event.FileEvent', {
        ...actor,
        fileOID: 'sysflow.type.FOID',
        ret: 'int',
        newFileOID: optional('sysflow.type.FOID'),
      }),
      record('sysflow.event.NetworkEvent', { ...actor, ...ends, ret: 'int' }),
      record('sysflow.flow.ProcessFlow', {
        procOID: 'sysflow.type.OID',
        ts: 'long',
        numThreadsCloned: 'long',
        opFlags: 'int',
        endTs: 'long',
        numThreadsExited: 'long',
        numCloneErrors: 'long',
      }),
      record('sysflow.entity.Pod', {
        ts: 'long',
        id: 'string',
        name: 'string',
        nodeName: 'string',
        hostIP: array('long'),
        internalIP: array('long'),
        namespace: 'string',
        restartCount: 'long',
        labels: { type: 'map', values: 'string' },
        selectors: { type: 'map', values: 'string' },
        services: array(
          record('sysflow.entity.Service', {
            name: 'string',
            id: 'string',
            namespace: 'string',
            portList: array(
              record('sysflow.entity.Port', { port: 'int', targetPort: 'int', nodePort: 'int', proto: 'string' }),
            ),
            clusterIP: array('long'),
          }),
        ),
      }),
      record('sysflow.event.K8sEvent', {
        kind: enumeration('K8sComponent', KUBERNETES_KINDS),
        action: enumeration('K8sAction', KUBERNETES_ACTIONS),
        ts: 'long',
        message: 'string',
      }),
    ],
  }),
);

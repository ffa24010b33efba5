/** Versions of SysFlow's schema whose bare datums can be read; they differ in their Process records. */
export type BareSchemaVersion = 4 | 5;

interface Field {
  readonly name: string;
  readonly type: unknown;
}

/** `name: type` … as the fields of an Avro record. */
function fields(types: Readonly<Record<string, unknown>>): Field[] {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

function record(fullName: string, types: Readonly<Record<string, unknown>>): object {
  const dot = fullName.lastIndexOf('.');
  return { type: 'record', namespace: fullName.slice(0, dot), name: fullName.slice(dot + 1), fields: fields(types) };
}

function symbols(name: string, prefix: string, names: string): object {
  return { type: 'enum', namespace: 'sysflow.type', name, symbols: names.split(' ').map((each) => prefix + each) };
}

function list(items: unknown): object {
  return { type: 'array', items };
}

const TEXTS = { type: 'map', values: 'string' };
const OID = 'sysflow.type.OID';
const FOID = 'sysflow.type.FOID';
const ACTING = { procOID: OID, ts: 'long', tid: 'long', opFlags: 'int' };
const ENDPOINTS = { sip: 'int', sport: 'int', dip: 'int', dport: 'int', proto: 'int' };
const COUNTERS = { numRRecvOps: 'long', numWSendOps: 'long', numRRecvBytes: 'long', numWSendBytes: 'long' };

/**
 * SysFlow's schema as a value, for datums that come without theirs (a container holds its own). Names, order and types
 * are those of the collector: they are how its bytes lie.
 */
export function sysflowSchema(version: BareSchemaVersion = 5): object {
  return record('sysflow.SysFlow', { rec: [...entities(version), ...events(), pod(), k8sEvent()] });
}

function entities(version: BareSchemaVersion): object[] {
  const maybeText = ['null', 'string'];
  return [
    record('sysflow.entity.SFHeader', { version: 'long', exporter: 'string', ip: 'string', filename: 'string' }),
    record('sysflow.entity.Container', {
      id: 'string',
      name: 'string',
      image: 'string',
      imageid: 'string',
      type: symbols('ContainerType', 'CT_', 'DOCKER LXC LIBVIRT_LXC MESOS RKT CUSTOM CRI CONTAINERD CRIO BPM'),
      privileged: 'boolean',
      podId: maybeText,
    }),
    record('sysflow.entity.Process', {
      state: symbols('SFObjectState', '', 'CREATED MODIFIED REUP'),
      oid: record(OID, { createTS: 'long', hpid: 'long' }),
      poid: ['null', OID],
      ts: 'long',
      exe: 'string',
      exeArgs: 'string',
      uid: 'int',
      userName: 'string',
      gid: 'int',
      groupName: 'string',
      tty: 'boolean',
      containerId: maybeText,
      entry: 'boolean',
      ...(version >= 5 ? { cwd: 'string', env: list('string') } : {}),
    }),
    record('sysflow.entity.File', {
      state: 'sysflow.type.SFObjectState',
      oid: { type: 'fixed', namespace: 'sysflow.type', name: 'FOID', size: 20 },
      ts: 'long',
      restype: 'int',
      path: 'string',
      containerId: maybeText,
    }),
  ];
}

function events(): object[] {
  return [
    record('sysflow.event.ProcessEvent', { ...ACTING, args: list('string'), ret: 'int' }),
    record('sysflow.flow.NetworkFlow', { ...ACTING, endTs: 'long', ...ENDPOINTS, fd: 'int', ...COUNTERS }),
    record('sysflow.flow.FileFlow', {
      ...ACTING,
      openFlags: 'int',
      endTs: 'long',
      fileOID: FOID,
      fd: 'int',
      ...COUNTERS,
    }),
    record('sysflow.event.FileEvent', { ...ACTING, fileOID: FOID, ret: 'int', newFileOID: ['null', FOID] }),
    record('sysflow.event.NetworkEvent', { ...ACTING, ...ENDPOINTS, ret: 'int' }),
    record('sysflow.flow.ProcessFlow', {
      procOID: OID,
      ts: 'long',
      numThreadsCloned: 'long',
      opFlags: 'int',
      endTs: 'long',
      numThreadsExited: 'long',
      numCloneErrors: 'long',
    }),
  ];
}

function pod(): object {
  const port = record('sysflow.entity.Port', { port: 'int', targetPort: 'int', nodePort: 'int', proto: 'string' });
  const service = record('sysflow.entity.Service', {
    name: 'string',
    id: 'string',
    namespace: 'string',
    portList: list(port),
    clusterIP: list('long'),
  });
  return record('sysflow.entity.Pod', {
    ts: 'long',
    id: 'string',
    name: 'string',
    nodeName: 'string',
    hostIP: list('long'),
    internalIP: list('long'),
    namespace: 'string',
    restartCount: 'long',
    labels: TEXTS,
    selectors: TEXTS,
    services: list(service),
  });
}

function k8sEvent(): object {
  const kinds =
    'NODES NAMESPACES PODS REPLICATIONCONTROLLERS SERVICES EVENTS REPLICASETS DAEMONSETS DEPLOYMENTS UNKNOWN';
  return record('sysflow.event.K8sEvent', {
    kind: symbols('K8sComponent', 'K8S_', kinds),
    action: symbols('K8sAction', 'K8S_COMPONENT_', 'ADDED MODIFIED DELETED ERROR NONEXISTENT UNKNOWN'),
    ts: 'long',
    message: 'string',
  });
}

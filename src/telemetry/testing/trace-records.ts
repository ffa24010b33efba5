import { createHash } from 'node:crypto';
import type { TraceRecord } from './avro-container.ts';

/** 2024-05-01T10:00:00Z in nanoseconds. */
export const TRACE_START = 1_714_557_600_000_000_000n;

type Fields = Readonly<Record<string, unknown>>;

export function oid(pid: number, created = TRACE_START + BigInt(pid)): Fields {
  return { createTS: created, hpid: pid };
}

export function fileId(path: string): Buffer {
  return createHash('sha1').update(path).digest();
}

export function header(more: Fields = {}): TraceRecord {
  return ['SFHeader', { version: 5, exporter: 'Node-1', ip: '10.0.0.1', filename: 'made-up', ...more }];
}

export function container(more: Fields = {}): TraceRecord {
  const fields = { id: 'c1', name: 'shop', image: 'shop:1', imageid: 'i1', type: 'CT_DOCKER' };
  return ['Container', { ...fields, privileged: true, podId: { string: 'pod-1' }, ...more }];
}

export function pod(more: Fields = {}): TraceRecord {
  const lists = { hostIP: [], internalIP: [], labels: {}, selectors: {}, services: [] };
  const names = { id: 'pod-1', name: 'shop-0', nodeName: 'n1', namespace: 'store' };
  return ['Pod', { ts: 0, restartCount: 0, ...names, ...lists, ...more }];
}

/** A process with a parent, in the container. */
export function process(pid: number, parent: number | undefined, more: Fields = {}): TraceRecord {
  return [
    'Process',
    {
      state: 'CREATED',
      oid: oid(pid),
      poid: parent === undefined ? null : { 'sysflow.type.OID': oid(parent) },
      ts: TRACE_START,
      exe: `/bin/p${String(pid)}`,
      exeArgs: '',
      uid: 0,
      userName: 'root',
      gid: 0,
      groupName: 'root',
      tty: false,
      containerId: { string: 'c1' },
      entry: false,
      cwd: '/',
      env: ['SECRET=x'],
      ...more,
    },
  ];
}

export function file(path: string, more: Fields = {}): TraceRecord {
  const fields = { state: 'CREATED', oid: fileId(path), ts: TRACE_START, restype: 102, path, containerId: null };
  return ['File', { ...fields, ...more }];
}

function acting(pid: number, ms: number, opFlags: number): Fields {
  return { procOID: oid(pid), ts: TRACE_START + BigInt(ms) * 1_000_000n + 7n, tid: pid, opFlags };
}

export function processEvent(pid: number, ms: number, more: Fields = {}): TraceRecord {
  return ['ProcessEvent', { ...acting(pid, ms, 2), args: [], ret: 0, ...more }];
}

const COUNTERS = { numRRecvOps: 3, numWSendOps: 1, numRRecvBytes: 300, numWSendBytes: 100 };

function endOf(ms: number): bigint {
  return TRACE_START + BigInt(ms + 20) * 1_000_000n;
}

export function fileFlow(pid: number, path: string, ms: number, more: Fields = {}): TraceRecord {
  const own = { openFlags: 1, endTs: endOf(ms), fileOID: fileId(path), fd: 5 };
  return ['FileFlow', { ...acting(pid, ms, 1408), ...own, ...COUNTERS, ...more }];
}

export function fileEvent(pid: number, path: string, ms: number, more: Fields = {}): TraceRecord {
  return ['FileEvent', { ...acting(pid, ms, 1 << 20), fileOID: fileId(path), ret: 0, newFileOID: null, ...more }];
}

export function networkFlow(pid: number, ms: number, more: Fields = {}): TraceRecord {
  const ends = { sip: 16_777_343, sport: 40_000, dip: -1_037_372_312, dport: 443, proto: 6, fd: 7, endTs: endOf(ms) };
  return ['NetworkFlow', { ...acting(pid, ms, 1856), ...ends, ...COUNTERS, ...more }];
}

export function k8sEvent(): TraceRecord {
  return ['K8sEvent', { kind: 'K8S_PODS', action: 'K8S_COMPONENT_ADDED', ts: TRACE_START, message: '{}' }];
}

/** A little of everything: 8 records, 1 ignored. */
export function smallTrace(): TraceRecord[] {
  return [
    header(),
    container(),
    pod(),
    process(60, undefined, { exe: '/usr/bin/node', exeArgs: 'app.js' }),
    process(70, 60, { exe: '/bin/sh', exeArgs: '-c id' }),
    processEvent(70, 1),
    k8sEvent(),
    file('/tmp/a'),
    file('/tmp/b.txt'),
    fileFlow(70, '/tmp/a', 2),
    fileEvent(70, '/tmp/a', 30, { newFileOID: { 'sysflow.type.FOID': fileId('/tmp/b.txt') } }),
    networkFlow(70, 40),
    process(70, 60, { state: 'MODIFIED', exe: '/usr/bin/id' }),
    processEvent(70, 50),
    fileFlow(60, '/tmp/b.txt', 60),
    networkFlow(60, 70),
    processEvent(60, 80, { opFlags: 4, ret: 256 }),
  ];
}

import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { LinuxProcess, ProcessImage } from '../linux/linux-process.ts';
import { Random } from '../random.ts';
import { microsOf, type SimulatedTime } from '../simulated-time.ts';
import { AvroBytes } from './avro-bytes.ts';
import type { SysflowContainer, SysflowPlace } from './sysflow-place.ts';
import type { SysflowCounters, SysflowRecord } from './sysflow-record.ts';
import { BRANCH, SYSFLOW_SCHEMA_VERSION, SYSFLOW_TRACE_SCHEMA } from './sysflow-trace-schema.ts';

const CREATED = 0;
const MODIFIED = 1;
const REUP = 2;
const TCP = 6;
/** Code of the letter by which a trace tells regular files. */
const REGULAR_FILE = 'f'.charCodeAt(0);
/** Entities that are remembered as written; then all are forgotten, and written again when they come up. */
const MOST_ENTITIES = 65_536;

/**
 * Writes the trace of one host: an Avro container file of SysFlow's schema, compressed with deflate. Entities are written
 * before the first record that refers to them, and processes again when they have changed, as SysFlow's collector does.
 */
export class SysflowTraceWriter {
  readonly #host: string;
  readonly #sync: Buffer;
  readonly #data = new AvroBytes();
  readonly #processes = new Map<LinuxProcess, ProcessImage>();
  readonly #files = new Map<string, Buffer>();
  readonly #containers = new Set<string>();
  #objects = 0;
  #begun = false;

  constructor(host: string, seed: number) {
    this.#host = host;
    const random = new Random(seed ^ 0x2545f491);
    this.#sync = Buffer.from(random.hex(32), 'hex');
  }

  /** One block of the file, with the file's head before the first. Empty if there is nothing to write. */
  block(records: readonly SysflowRecord[]): Uint8Array {
    this.#data.clear();
    this.#objects = 0;
    const head = this.#begun ? undefined : this.#head();
    if (!this.#begun) this.#header();
    this.#begun = true;
    for (const record of records) this.#record(record);
    const data = deflateRawSync(this.#data.written, { level: 1 });
    const size = new AvroBytes(32);
    size.int(this.#objects);
    size.int(data.length);
    return Buffer.concat([...(head === undefined ? [] : [head]), size.written, data, this.#sync]);
  }

  #head(): Buffer {
    const head = new AvroBytes();
    head.raw(Buffer.from('Obj\u0001', 'latin1'));
    head.int(2);
    for (const [key, value] of [
      ['avro.schema', SYSFLOW_TRACE_SCHEMA],
      ['avro.codec', 'deflate'],
    ] as const) {
      head.text(key);
      head.text(value);
    }
    head.int(0);
    head.raw(this.#sync);
    return Buffer.from(head.written);
  }

  #header(): void {
    this.#object(BRANCH.header);
    this.#data.int(SYSFLOW_SCHEMA_VERSION);
    this.#data.text(this.#host);
    this.#data.text('NA');
    this.#data.text(`${this.#host}.sf`);
  }

  #record(record: SysflowRecord): void {
    const { kind, image, ret = 0, path, target, connection, counters } = record;
    const data = this.#data;
    const { place } = image.process;
    this.#process(image, record.time);
    const file = path === undefined ? undefined : this.#file(path, place, record.time);
    const newFile = target === undefined ? undefined : this.#file(target, place, record.time);
    this.#object(BRANCH[kind.sfType]);
    this.#oid(image.process);
    this.#time(record.time);
    data.int(image.process.pid);
    data.int(kind.opFlags);
    if (kind.sfType === 'PE') {
      data.int(0);
      data.int(ret);
    } else if (kind.sfType === 'FE') {
      data.raw(file as Buffer);
      data.int(ret);
      data.int(newFile === undefined ? 0 : 1);
      if (newFile !== undefined) data.raw(newFile);
    } else if (kind.sfType === 'FF') {
      data.int(kind.openFlags ?? 0);
      this.#time(record.end);
      data.raw(file as Buffer);
      data.int(7);
      this.#counters(counters);
    } else if (connection !== undefined) {
      this.#time(record.end);
      data.int(addressNumber(connection.source));
      data.int(connection.sourcePort);
      data.int(addressNumber(connection.destination));
      data.int(connection.destinationPort);
      data.int(TCP);
      data.int(9);
      this.#counters(counters);
    }
  }

  /** The process as the record saw it, its ancestors and its container before it. */
  #process(image: ProcessImage, time: SimulatedTime): void {
    const { process } = image;
    const known = this.#processes.get(process);
    if (known === image) return;
    const { parent, user, place } = process;
    if (parent !== undefined && !this.#processes.has(parent)) this.#process(parent.image, time);
    if (place.container !== undefined) this.#container(place.container);
    if (this.#processes.size >= MOST_ENTITIES) this.#processes.clear();
    this.#processes.set(process, image);
    const data = this.#data;
    this.#object(BRANCH.process);
    data.int(known !== undefined ? MODIFIED : process.seenStarting ? CREATED : REUP);
    this.#oid(process);
    data.int(parent === undefined ? 0 : 1);
    if (parent !== undefined) this.#oid(parent);
    this.#time(time);
    data.text(image.executable);
    data.text(image.args);
    data.int(user.id);
    data.text(user.name);
    data.int(user.id);
    data.text(user.name);
    data.flag(false);
    this.#optionalText(place.container?.id);
    data.flag(false);
    data.text('/');
    data.int(0);
  }

  #container(container: SysflowContainer): void {
    const { id, name, image, imageId, privileged } = container;
    if (this.#containers.has(id)) return;
    this.#containers.add(id);
    const data = this.#data;
    this.#object(BRANCH.container);
    for (const text of [id, name, image, imageId]) data.text(text);
    data.int(0);
    data.flag(privileged);
    data.int(0);
  }

  /** Id of a file: it names a path in a container, and the file is written once. */
  #file(path: string, { container }: SysflowPlace, time: SimulatedTime): Buffer {
    const key = `${container?.id ?? ''}${path}`;
    const known = this.#files.get(key);
    if (known !== undefined) return known;
    if (this.#files.size >= MOST_ENTITIES) this.#files.clear();
    const id = createHash('sha1').update(key).digest();
    this.#files.set(key, id);
    const data = this.#data;
    this.#object(BRANCH.file);
    data.int(REUP);
    data.raw(id);
    this.#time(time);
    data.int(REGULAR_FILE);
    data.text(path);
    this.#optionalText(container?.id);
    return id;
  }

  #object(branch: number): void {
    this.#objects++;
    this.#data.int(branch);
  }

  #oid({ created, pid }: LinuxProcess): void {
    if (created === undefined) this.#data.int(0);
    else this.#time(created);
    this.#data.int(pid);
  }

  #time(time: SimulatedTime): void {
    this.#data.nanoseconds(Math.floor(time / 1000), microsOf(time) * 1000);
  }

  #optionalText(text: string | undefined): void {
    this.#data.int(text === undefined ? 0 : 1);
    if (text !== undefined) this.#data.text(text);
  }

  #counters(counters: SysflowCounters | undefined): void {
    const { reads = 0, writes = 0, readBytes = 0, writtenBytes = 0 } = counters ?? {};
    this.#data.int(reads);
    this.#data.int(writes);
    this.#data.int(readBytes);
    this.#data.int(writtenBytes);
  }
}

/** IPv4 as SysFlow has it: the first byte is the lowest, the whole a signed number. */
function addressNumber(address: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return a | (b << 8) | (c << 16) | (d << 24);
}

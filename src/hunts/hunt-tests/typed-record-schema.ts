import { z } from 'zod';
import { DURATION_PATTERN } from '../hunt-file/hunt-file-duration.ts';

const text = (limit: number) => z.string().min(1).max(limit);
const number = z
  .int()
  .min(0)
  .max(2 ** 32);

/** `+41s` after the first record, or ISO 8601 in UTC. */
export const MOMENT_PATTERN = new RegExp(
  `^(?:\\+${DURATION_PATTERN.source.slice(1, -1)}|\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?Z)$`,
);
const moment = z.string().regex(MOMENT_PATTERN, 'expected +41s after the first record, or 2026-01-01T00:00:00Z');

const processKeys = {
  pid: number,
  name: text(260).optional(),
  executable: text(4096).optional().describe('Path of the program. Default: as command_line and name tell.'),
  command_line: text(65_536).optional(),
  user: text(260).optional().describe('Name; on Windows DOMAIN\\name.'),
  cwd: text(4096).optional().describe('Working folder; Sysmon only.'),
  created: moment.optional().describe('When it began. Another time for a pid means another process.'),
};

const parent = z.union([number, z.strictObject(processKeys)]);
const process = z.union([number, z.strictObject({ ...processKeys, parent: parent.optional() })]);

const endpoint = text(100).describe('Address and port: 10.0.0.5:443, [2001:db8::1]:443.');

/** A record as people write it in a test: what a process did. Expanded into a document of a real shape. */
export const typedRecordSchema = z.strictObject({
  time: moment.optional().describe('Default: one millisecond after the record before.'),
  host: text(255).optional().describe('Default: host-1.'),
  shape: z.enum(['sysflow', 'sysmon']).optional().describe('Default: what the records of the host look like.'),
  process: process.describe('Who did it. What a record says of a process is repeated by later ones.'),
  action: z.enum(['start', 'exit']).optional().describe('Of a record that is about the process alone. Default: start.'),
  connection: z
    .strictObject({
      dst: endpoint,
      src: endpoint.optional().describe('Default: 10.0.0.10 and a port of its own.'),
      protocol: z.enum(['tcp', 'udp', 'icmp']).optional(),
      accepted: z.boolean().optional().describe('The process took the connection. Sysmon only.'),
      duration: z.string().regex(DURATION_PATTERN).optional().describe('SysFlow only.'),
      bytes_sent: number.optional().describe('By the process. SysFlow only.'),
      bytes_received: number.optional().describe('By the process. SysFlow only.'),
    })
    .optional(),
  file: z
    .strictObject({
      path: text(4096),
      action: z.enum(['access', 'read', 'write', 'create', 'rename', 'delete', 'load']).optional(),
      to: text(4096).optional().describe('New path, of a rename.'),
    })
    .optional()
    .describe('Default of its action: write.'),
  registry: z
    .strictObject({
      key: text(4096),
      value: text(4096).optional().describe('Name of the value.'),
      data: text(4096).optional(),
      action: z.enum(['set', 'create', 'delete']).optional(),
    })
    .optional()
    .describe('Default of its action: set.'),
  dns: z.strictObject({ query: text(255), answers: z.array(text(64)).max(64).optional() }).optional(),
  access: z
    .strictObject({
      target: parent,
      granted: z.union([text(20), number]).optional(),
      call_trace: text(8192).optional(),
    })
    .optional()
    .describe('Opened another process (Sysmon event 10).'),
  remote_thread: z.strictObject({ target: parent }).optional().describe('Started a thread in another process.'),
  container: z
    .union([text(255), z.strictObject({ id: text(64), name: text(255).optional(), image: text(1024).optional() })])
    .optional()
    .describe('Name, or id, name and image. SysFlow only.'),
  tags: z.array(text(100)).max(100).optional().describe('What rules of the sensor said. SysFlow only.'),
  fields: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('More fields of the document: of SysFlow at its top, of Sysmon in event_data.'),
});

export type TypedRecord = z.infer<typeof typedRecordSchema>;
export type TypedProcess = Exclude<TypedRecord['process'], number>;

/** What a typed record can be about beside the process itself; one at most. */
export const TYPED_OBJECTS = ['connection', 'file', 'registry', 'dns', 'access', 'remote_thread'] as const;
/** Those that only Sysmon records. */
export const SYSMON_OBJECTS = ['registry', 'dns', 'access', 'remote_thread'] as const;

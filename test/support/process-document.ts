/** A SysFlow document of one process `sh`, as a line without its end; `process`: fields of it in place of the usual ones. */
export function processDocument(process: Readonly<Record<string, unknown>> = {}, second = 0): string {
  const time = `2026-05-01T08:00:${String(second).padStart(2, '0')}Z`;
  return JSON.stringify({
    '@timestamp': time,
    agent: { type: 'SysFlow', version: '0.7.0' },
    event: {
      action: 'process-start',
      category: 'process',
      end: time,
      kind: 'event',
      sf_ret: 0,
      sf_type: 'PE',
      start: time,
      type: 'start',
    },
    host: { id: 'h', ip: 'NA' },
    process: {
      args: '',
      command_line: '',
      executable: '/bin/sh',
      name: 'sh',
      pid: 7,
      start: time,
      thread: { id: 7 },
      parent: { args: '', command_line: '', executable: '', name: '.', pid: 0, start: '1970-01-01T00:00:00Z' },
      ...process,
    },
    user: { group: { id: 0, name: 'root' }, id: 0, name: 'root' },
  });
}

import { describe, expect, it } from 'vitest';
import { mention, readLines, recordOf, roles } from '../testing/lines.ts';

const G = (last: string): string => `{AAAA0000-0000-5F51-1800-0000000005${last}}`;
const g = (last: string): string => `aaaa0000-0000-5f51-1800-0000000005${last}`;

/** An event as NXLog ships it. */
function event(id: number, fields: object): Record<string, unknown> {
  return {
    EventID: id,
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    SourceName: 'Microsoft-Windows-Sysmon',
    Hostname: 'WS5.Example.Local',
    host: 'collector.example',
    EventTime: '2024-05-01 06:00:00',
    EventReceivedTime: '2024-05-01 06:00:02',
    '@timestamp': '2024-05-01T10:00:02.5Z',
    RecordNumber: 4711,
    RuleName: '-',
    UtcTime: '2024-05-01 10:00:00.123',
    ...fields,
  };
}

const ACTOR = { ProcessGuid: G('01'), ProcessId: '2440', Image: 'C:\\Windows\\System32\\cmd.exe', User: 'CORP\\Ann' };

const CREATION = event(1, {
  ...ACTOR,
  CommandLine: '"cmd.exe" /c dir ',
  CurrentDirectory: 'C:\\Users\\ann\\',
  IntegrityLevel: 'High',
  LogonId: '0x1f',
  LogonGuid: G('99'),
  TerminalSessionId: '2',
  Hashes: 'SHA1=AA,MD5=BB,SHA256=CC,IMPHASH=DD',
  OriginalFileName: 'Cmd.Exe',
  Company: '-',
  ParentProcessGuid: G('02'),
  ParentProcessId: '500',
  ParentImage: 'C:\\Windows\\explorer.exe',
  ParentCommandLine: 'explorer',
  ParentUser: 'NT AUTHORITY\\SYSTEM',
});

describe('Sysmon process events', () => {
  it('1: process, parent, accounts and binaries', async () => {
    const record = await recordOf(CREATION);
    expect(record).toMatchObject({
      kind: 'sysmon.1',
      host: 'ws5.example.local',
      first: '2024-05-01T10:00:00.123Z',
      last: '2024-05-01T10:00:00.123Z',
    });
    expect(mention(record, 'process')).toEqual({
      role: 'process',
      type: 'process',
      authority: 1,
      key: g('01'),
      attributes: {
        x_unique_id: g('01'),
        pid: 2440,
        name: 'cmd.exe',
        command_line: '"cmd.exe" /c dir',
        cwd: 'C:\\Users\\ann\\',
        created: '2024-05-01T10:00:00.123Z',
        x_integrity_level: 'High',
        x_logon_id: '0x1f',
        x_logon_guid: g('99'),
        x_terminal_session_id: 2,
        'host.id': 'ws5.example.local',
        'host.name': 'ws5.example.local',
      },
      references: {
        parent_ref: g('02'),
        binary_ref: 'ws5.example.local|c:\\windows\\system32\\cmd.exe',
        creator_user_ref: 'corp\\ann',
      },
    });
    expect(mention(record, 'parent')).toMatchObject({
      authority: 0,
      key: g('02'),
      attributes: { pid: 500, name: 'explorer.exe', command_line: 'explorer' },
      references: {
        binary_ref: 'ws5.example.local|c:\\windows\\explorer.exe',
        creator_user_ref: 'nt authority\\system|ws5.example.local',
      },
    });
    expect(mention(record, 'user').attributes).toMatchObject({
      user_id: 'Ann',
      account_login: 'Ann',
      display_name: 'CORP\\Ann',
      x_domain: 'CORP',
    });
    expect(mention(record, 'binary').attributes).toMatchObject({
      name: 'cmd.exe',
      path: 'C:\\Windows\\System32\\cmd.exe',
      'hashes.MD5': 'bb',
      'hashes.SHA-1': 'aa',
      'hashes.SHA-256': 'cc',
      'x_pe.imphash': 'dd',
      'x_pe.original_file_name': 'Cmd.Exe',
    });
    expect(mention(record, 'binary').attributes).not.toHaveProperty('x_pe.company');
    expect(mention(record, 'binary-directory').key).toBe('ws5.example.local|c:\\windows\\system32');
    expect(mention(record, 'event')).toMatchObject({
      attributes: {
        code: '1',
        action: 'Process Create',
        category: ['event', 'process', 'start'],
        module: 'sysmon',
        provider: 'Microsoft-Windows-Sysmon',
        x_record_number: 4711,
        x_channel: 'Microsoft-Windows-Sysmon/Operational',
      },
      references: {
        process_ref: g('01'),
        parent_process_ref: g('02'),
        user_ref: 'corp\\ann',
        host_ref: 'ws5.example.local',
      },
    });
    expect(mention(record, 'event').attributes).not.toHaveProperty('x_rule_name');
  });

  it('1: folds case on Windows, and keeps the zero GUID and dashes from being entities', async () => {
    const record = await recordOf(
      event(1, { ...ACTOR, User: '-', ParentProcessGuid: '{00000000-0000-0000-0000-000000000000}', ParentImage: '-' }),
    );
    expect(roles(record)).toEqual(['process', 'binary', 'binary-directory', 'host', 'event', 'observation']);
  });

  it('5: the process that ended', async () => {
    const record = await recordOf(event(5, { ...ACTOR, User: undefined }));
    expect(roles(record)).toEqual(['process', 'binary', 'binary-directory', 'host', 'event', 'observation']);
    expect(mention(record, 'process').attributes).not.toHaveProperty('created');
  });

  it.each([8, 10])('%i: two processes, however the GUID is spelt', async (id) => {
    const suffix = id === 8 ? 'Guid' : 'GUID';
    const record = await recordOf(
      event(id, {
        ProcessId: '7',
        [`SourceProcess${suffix}`]: G('01'),
        SourceProcessId: '10',
        SourceThreadId: '11',
        SourceImage: 'C:\\a.exe',
        [`TargetProcess${suffix}`]: G('02'),
        TargetProcessId: '20',
        TargetImage: 'C:\\Windows\\b.exe',
        TargetUser: 'CORP\\Bob',
        GrantedAccess: '0x1000',
        CallTrace: 'ntdll|x',
        StartModule: 'C:\\k.dll',
        StartFunction: 'f',
        StartAddress: '0x1',
        NewThreadId: '99',
      }),
    );
    expect(mention(record, 'process')).toMatchObject({ key: g('01'), attributes: { pid: 10, name: 'a.exe' } });
    expect(mention(record, 'target-process')).toMatchObject({
      key: g('02'),
      authority: 1,
      attributes: { pid: 20, name: 'b.exe' },
      references: {
        binary_ref: 'ws5.example.local|c:\\windows\\b.exe',
        creator_user_ref: 'corp\\bob',
      },
    });
    expect(mention(record, 'event').attributes).toMatchObject({
      x_granted_access: '0x1000',
      x_call_trace: 'ntdll|x',
      x_start_function: 'f',
      x_new_thread_id: 99,
    });
    expect(mention(record, 'binary-directory').attributes).toMatchObject({ path: 'C:\\' });
  });
});

describe('Sysmon file events', () => {
  it.each([
    [2, 'TargetFilename'],
    [7, 'ImageLoaded'],
    [9, 'Device'],
    [11, 'TargetFilename'],
    [15, 'TargetFilename'],
    [23, 'TargetFilename'],
    [26, 'TargetFilename'],
    [27, 'TargetFilename'],
    [28, 'TargetFilename'],
    [29, 'TargetFilename'],
  ])('%i: the file is %s', async (id, field) => {
    const record = await recordOf(event(id, { ...ACTOR, [field]: 'C:\\Temp\\Evil.DLL' }));
    expect(mention(record, 'file')).toMatchObject({
      type: 'file',
      key: 'ws5.example.local|c:\\temp\\evil.dll',
      attributes: { name: 'Evil.DLL', path: 'C:\\Temp\\Evil.DLL', x_extension: 'DLL' },
      references: { parent_directory_ref: 'ws5.example.local|c:\\temp' },
    });
    expect(mention(record, 'process').key).toBe(g('01'));
  });

  it('6: a driver is loaded by no process', async () => {
    const record = await recordOf(event(6, { ImageLoaded: 'C:\\d.sys', Signed: 'true', SignatureStatus: 'Valid' }));
    expect(roles(record)).toEqual(['host', 'event', 'observation', 'file', 'directory']);
    expect(mention(record, 'file').attributes).toMatchObject({ x_signed: true, x_signature_status: 'Valid' });
  });

  it('15: hashes and contents of a stream', async () => {
    const record = await recordOf(
      event(15, { ...ACTOR, TargetFilename: 'C:\\a:Zone.Identifier', Hash: 'MD5=AB', Contents: '[ZoneTransfer]' }),
    );
    expect(mention(record, 'file').attributes).toMatchObject({ 'hashes.MD5': 'ab', x_contents: '[ZoneTransfer]' });
  });

  it.each([17, 18])('%i: a pipe is a file', async (id) => {
    const record = await recordOf(event(id, { ...ACTOR, PipeName: '\\lsass' }));
    expect(mention(record, 'file')).toMatchObject({
      key: 'ws5.example.local|\\lsass',
      attributes: { name: 'lsass', path: '\\lsass', x_type: 'pipe' },
    });
  });
});

describe('Sysmon network events', () => {
  const flow = {
    ...ACTOR,
    Protocol: 'TCP',
    Initiated: 'true',
    SourceIp: '10.1.1.1',
    SourcePort: '50000',
    SourceHostname: 'ws5',
    DestinationIp: '2001:DB8:0:0:0:0:0:1',
    DestinationPort: '443',
    DestinationHostname: '-',
  };

  it('3: connection, addresses and names; time is the log time, UtcTime its start', async () => {
    const record = await recordOf(event(3, flow));
    expect(record.first).toBe('2024-05-01T10:00:02.500Z');
    const key = `ws5.example.local|${g('01')}|10.1.1.1|50000|2001:db8::1|443|tcp|1714557600123000000`;
    expect(mention(record, 'connection')).toMatchObject({
      key,
      attributes: {
        src_port: 50000,
        dst_port: 443,
        protocols: ['tcp'],
        start: '2024-05-01T10:00:00.123Z',
        x_direction: 'egress',
        x_src_hostname: 'ws5',
      },
      references: { src_ref: '10.1.1.1', dst_ref: '2001:db8::1' },
    });
    expect(mention(record, 'connection').attributes).not.toHaveProperty('x_pid');
    expect(mention(record, 'destination').type).toBe('ipv6-addr');
    expect(mention(record, 'source-domain')).toMatchObject({
      key: 'ws5',
      references: { resolves_to_refs: ['10.1.1.1'] },
    });
    expect(roles(record)).not.toContain('destination-domain');
    expect(mention(record, 'process').references).toMatchObject({ opened_connection_refs: [key] });
  });

  it('3: an unknown process leaves its pid to the connection', async () => {
    const record = await recordOf(
      event(3, {
        ...flow,
        ProcessGuid: '{00000000-0000-0000-0000-000000000000}',
        Image: '<unknown process>',
        User: '-',
      }),
    );
    expect(roles(record)).not.toContain('process');
    expect(roles(record)).not.toContain('binary');
    expect(roles(record)).not.toContain('user');
    expect(mention(record, 'connection').attributes).toMatchObject({ x_pid: 2440 });
  });

  it('22: the name and all addresses of the answer', async () => {
    const record = await recordOf(
      event(22, {
        ...ACTOR,
        QueryName: 'www.example.com',
        QueryStatus: '0',
        QueryResults: 'type:  5 edge.example.net;::ffff:1.2.3.4;2001:db8::5;1.2.3.4;',
      }),
    );
    expect(record.kind).toBe('sysmon.22');
    expect(record.first).toBe('2024-05-01T10:00:02.500Z');
    expect(mention(record, 'domain')).toMatchObject({
      type: 'domain-name',
      key: 'www.example.com',
      references: { resolves_to_refs: ['1.2.3.4', '2001:db8::5'] },
    });
    expect(mention(record, 'event')).toMatchObject({
      attributes: { x_dns_status: '0' },
      references: { domain_ref: 'www.example.com', ip_refs: ['1.2.3.4', '2001:db8::5'] },
    });
  });

  it('22: long answers too', async () => {
    const addresses = Array.from({ length: 40 }, (_, at) => `10.0.0.${String(at)}`);
    const record = await recordOf(event(22, { ...ACTOR, QueryName: 'cdn', QueryResults: `${addresses.join(';')};` }));
    expect(record.kind).toBe('sysmon.22.many');
    expect(mention(record, 'domain').references).toEqual({ resolves_to_refs: addresses });
  });
});

describe('Sysmon registry and other events', () => {
  it('12: a key', async () => {
    const record = await recordOf(event(12, { ...ACTOR, EventType: 'CreateKey', TargetObject: 'HKLM\\System\\Run' }));
    expect(mention(record, 'registry')).toMatchObject({
      type: 'windows-registry-key',
      key: 'ws5.example.local|hkey_local_machine\\system\\run',
      attributes: { key: 'HKEY_LOCAL_MACHINE\\System\\Run', x_hive: 'HKLM', x_path: 'HKLM\\System\\Run' },
    });
    expect(mention(record, 'event').references).toMatchObject({
      registry_ref: 'ws5.example.local|hkey_local_machine\\system\\run',
    });
  });

  it('12: a value that is deleted, and an overwritten event type', async () => {
    for (const fields of [{ EventType: 'DeleteValue' }, { EventType: 'INFO', EventTypeOrignal: 'DeleteValue' }]) {
      const record = await recordOf(event(12, { ...ACTOR, ...fields, TargetObject: 'HKLM\\System\\Run\\Evil' }));
      expect(record.kind).toBe('sysmon.12.value');
      expect(mention(record, 'registry').attributes).toMatchObject({
        key: 'HKEY_LOCAL_MACHINE\\System\\Run',
        x_value_name: 'Evil',
      });
      expect(mention(record, 'event').attributes).toMatchObject({ action: 'Registry object added or deleted' });
    }
  });

  it('13: a value and its data', async () => {
    const record = await recordOf(
      event(13, { ...ACTOR, TargetObject: 'HKU\\S-1\\Run\\Updater', Details: 'DWORD (0x00000001)' }),
    );
    expect(mention(record, 'registry').attributes).toMatchObject({
      key: 'HKEY_USERS\\S-1\\Run',
      x_value_name: 'Updater',
      x_value_data: 'DWORD (0x00000001)',
      x_value_type: 'REG_DWORD',
    });
  });

  it('14: a rename', async () => {
    const record = await recordOf(event(14, { ...ACTOR, TargetObject: 'HKCU\\A', NewName: 'HKCU\\B' }));
    expect(mention(record, 'registry').attributes).toMatchObject({
      key: 'HKEY_CURRENT_USER\\A',
      x_new_name: 'HKCU\\B',
    });
  });

  it.each([4, 16, 255])('%i: host and event only', async (id) => {
    expect(roles(await recordOf(event(id, {})))).toEqual(['host', 'event', 'observation']);
  });

  it.each([19, 20, 21])('%i: the account', async (id) => {
    expect(roles(await recordOf(event(id, { User: 'CORP\\Ann' })))).toContain('user');
  });

  it.each([24, 25, 77])('%i: the process', async (id) => {
    expect(roles(await recordOf(event(id, ACTOR)))).toContain('process');
  });
});

describe('shippers of Sysmon events', () => {
  const fields = { ...ACTOR, RuleName: '-', UtcTime: '2024-05-01 10:00:00.123', CommandLine: 'cmd /c x' };
  const channel = 'Microsoft-Windows-Sysmon/Operational';
  const shapes: Readonly<Record<string, Record<string, unknown>>> = {
    'sysmon-nxlog': event(1, fields),
    'sysmon-winevt': {
      EventID: 1,
      Channel: channel,
      Hostname: 'WS5.Example.Local',
      TimeCreated: '2024-05-01T03:00:00.123Z',
      '@timestamp': '2024-05-01T03:00:00.123Z',
      Level: '4',
      ...fields,
    },
    'winlogbeat 6': {
      '@timestamp': '2024-05-01T10:00:02.500Z',
      log_name: channel,
      event_id: 1,
      computer_name: 'WS5.Example.Local',
      record_number: '4711',
      event_data: fields,
      host: { name: 'collector' },
      message: 'Process Create:\nRuleName: ',
    },
    'winlogbeat 8': {
      '@timestamp': '2024-05-01T10:00:02.500Z',
      event: { code: '1' },
      host: { name: 'collector' },
      winlog: { channel, event_id: '1', computer_name: 'WS5.Example.Local', record_id: 4711, event_data: fields },
    },
    'winlogbeat-ecs': {
      '@timestamp': '2024-05-01T10:00:00.123Z',
      event: { code: '1', created: '2024-05-01T10:00:02.500Z', module: 'sysmon', kind: 'event' },
      host: { name: 'collector' },
      process: {
        entity_id: G('01'),
        pid: 2440,
        executable: 'C:\\Windows\\System32\\cmd.exe',
        name: 'cmd.exe',
        command_line: 'cmd /c x',
        args: ['cmd', '/c', 'x'],
      },
      user: { domain: 'CORP', name: 'Ann', id: 'S-1-5-18' },
      winlog: { channel, event_id: '1', computer_name: 'WS5.Example.Local', record_id: 4711, event_data: {} },
    },
    sentinel: {
      TimeGenerated: '2024-05-01T10:00:02.500Z',
      Channel: channel,
      EventID: 1,
      Computer: 'WS5.Example.Local',
      EventData: JSON.stringify({ ...fields, UtcTime: '2024-05-01T10:00:00.1230000Z' }),
    },
  };

  it.each(Object.keys(shapes))('%s gives the same entities', async (shape) => {
    const record = await recordOf(shapes[shape]);
    const expected = await recordOf(shapes['sysmon-nxlog']);
    expect(record.first).toBe('2024-05-01T10:00:00.123Z');
    const entities = (of: typeof record): unknown =>
      of.mentions.filter((one) => !['event', 'observation'].includes(one.role));
    expect(entities(record)).toEqual(entities(expected));
  });

  it('give the same record id where they have the record number', async () => {
    const withNumber = ['sysmon-nxlog', 'winlogbeat 6', 'winlogbeat 8', 'winlogbeat-ecs'].map((one) => shapes[one]);
    const [batch] = await readLines(withNumber.map((one) => JSON.stringify(one)).join('\n'));
    expect(new Set(batch?.ids).size).toBe(1);
  });

  it('without a record number: content decides', async () => {
    const one = shapes['sysmon-winevt'];
    const lines = [one, { ...one }, { ...one, CommandLine: 'other' }, shapes['sentinel'], shapes['sentinel']];
    const [batch] = await readLines(lines.map((line) => JSON.stringify(line)).join('\n'));
    const ids = batch?.ids ?? [];
    expect(ids[0]).toBe(ids[1]);
    expect(ids[3]).toBe(ids[4]);
    expect(new Set(ids).size).toBe(3);
  });

  it.each([
    ['sysmon-nxlog', '2024-05-01T10:00:02.500Z'],
    ['sysmon-winevt', '2024-05-01T10:00:00.123Z'],
    ['winlogbeat 6', '2024-05-01T10:00:02.500Z'],
    ['winlogbeat 8', '2024-05-01T10:00:02.500Z'],
    ['winlogbeat-ecs', '2024-05-01T10:00:02.500Z'],
    ['sentinel', '2024-05-01T10:00:02.500Z'],
  ])('%s: time of a name query', async (shape, time) => {
    const text = JSON.stringify(shapes[shape]).replace(/"(EventID|event_id)":("?)1\2/u, '"$1":$222$2');
    const [batch] = await readLines(text.replaceAll('"code":"1"', '"code":"22"'));
    expect(batch?.records[0]).toMatchObject({ kind: 'sysmon.22', first: time });
  });

  it('may be mixed in one file; other channels are ignored', async () => {
    const others = [
      { ...event(4688, {}), Channel: 'Security' },
      { log_name: 'Security', event_id: 5156, event_data: {} },
      { winlog: { channel: 'System', event_id: 1 } },
      { EventID: 1, Channel: 'Security', EventData: 'not json' },
      { EventID: 7, Channel: 'System', TimeCreated: '2024-05-01T03:00:00Z' },
    ];
    const lines = [...Object.values(shapes), ...others].map((one) => JSON.stringify(one));
    const [batch] = await readLines(lines.join('\r\n'));
    expect(batch).toMatchObject({ ignored: others.length, undecodable: 0 });
    expect(batch?.records).toHaveLength(Object.keys(shapes).length);
  });

  it('a document mapped to ECS brings hashes, files, addresses and names', async () => {
    const ecs = (id: string, more: object): Record<string, unknown> => ({
      ...shapes['winlogbeat-ecs'],
      winlog: { channel, event_id: id, computer_name: 'WS5', record_id: 1 },
      ...more,
    });
    const loaded = await recordOf(
      ecs('7', { file: { path: 'C:\\x.dll', hash: { md5: 'AB' }, pe: { imphash: 'CD', company: 'Me' } } }),
    );
    expect(mention(loaded, 'file').attributes).toMatchObject({
      path: 'C:\\x.dll',
      'hashes.MD5': 'ab',
      'x_pe.imphash': 'cd',
      'x_pe.company': 'Me',
    });
    const query = await recordOf(ecs('22', { dns: { question: { name: 'a.b' }, resolved_ip: ['1.1.1.1', '::2'] } }));
    expect(mention(query, 'domain').references).toEqual({ resolves_to_refs: ['1.1.1.1', '::2'] });
    const flow = await recordOf(
      ecs('3', {
        network: { transport: 'udp', direction: 'ingress' },
        source: { ip: '1.1.1.1', port: 1, domain: 'a' },
        destination: { ip: '2.2.2.2', port: 2 },
      }),
    );
    expect(mention(flow, 'connection').attributes).toMatchObject({
      protocols: ['udp'],
      x_direction: 'ingress',
      src_port: 1,
    });
    const access = await recordOf(
      ecs('10', {
        winlog: { channel, event_id: '10', computer_name: 'WS5', event_data: { TargetProcessGUID: G('07') } },
      }),
    );
    expect(mention(access, 'process').key).toBe(g('01'));
    expect(mention(access, 'target-process').key).toBe(g('07'));
    const set = await recordOf(ecs('13', { registry: { path: 'HKLM\\A\\B', data: { strings: ['1'], type: 'SZ' } } }));
    expect(mention(set, 'registry').attributes).toMatchObject({ key: 'HKEY_LOCAL_MACHINE\\A', x_value_data: '1' });
  });
});

/** One thing that command lines of attacks have in common. Texts are compared in lower case. */
export interface SuspiciousCommand {
  readonly technique: string;
  readonly points: number;
  /** All of them stand in the command line, each as one of its spellings. */
  readonly all: readonly (readonly string[])[];
}

/**
 * Hints, weighed by how seldom administration needs them: 1 is common in scripts, 5 is hardly ever meant well. Literal
 * fragments only, so that no command line, however long, costs more than a few searches.
 */
export const SUSPICIOUS_COMMANDS: readonly SuspiciousCommand[] = [
  {
    technique: 'T1059.001',
    points: 3,
    all: [
      ['powershell', 'pwsh'],
      [' -enc', ' -e ', '-encodedcommand', ' /enc'],
    ],
  },
  {
    technique: 'T1059.001',
    points: 2,
    all: [
      ['powershell', 'pwsh'],
      ['-w hidden', '-windowstyle hidden', '-nop', '-ep bypass', '-executionpolicy bypass'],
    ],
  },
  {
    technique: 'T1105',
    points: 4,
    all: [
      ['downloadstring', 'downloadfile', 'invoke-webrequest', 'iwr ', 'net.webclient'],
      ['iex', 'invoke-expression', 'start-process', '-outfile', ' -o '],
    ],
  },
  { technique: 'T1105', points: 4, all: [['certutil'], ['urlcache', '-decode']] },
  { technique: 'T1197', points: 3, all: [['bitsadmin'], ['/transfer', '/addfile']] },
  { technique: 'T1218.005', points: 4, all: [['mshta'], ['http:', 'https:', 'javascript:', 'vbscript:']] },
  { technique: 'T1218.010', points: 4, all: [['regsvr32'], ['/i:http', 'scrobj']] },
  { technique: 'T1218.011', points: 4, all: [['rundll32'], ['javascript:', 'comsvcs', 'minidump']] },
  { technique: 'T1003.001', points: 5, all: [['lsass'], ['procdump', 'minidump', '.dmp', 'comsvcs']] },
  { technique: 'T1003.001', points: 5, all: [['sekurlsa', 'mimikatz', 'lsadump']] },
  {
    technique: 'T1003.002',
    points: 4,
    all: [
      ['reg save', 'reg.exe save', 'reg  save'],
      ['hklm\\sam', 'hklm\\system', 'hklm\\security'],
    ],
  },
  { technique: 'T1003.008', points: 3, all: [['/etc/shadow'], ['cat ', 'cp ', 'tar ', 'curl ']] },
  { technique: 'T1053.005', points: 2, all: [['schtasks'], ['/create']] },
  {
    technique: 'T1053.003',
    points: 2,
    all: [
      ['crontab', '/etc/cron'],
      ['-', 'echo', '>>'],
    ],
  },
  { technique: 'T1547.001', points: 3, all: [['reg add', 'reg.exe add', 'set-itemproperty'], ['currentversion\\run']] },
  { technique: 'T1490', points: 5, all: [['vssadmin', 'wmic shadowcopy', 'wbadmin'], ['delete']] },
  { technique: 'T1490', points: 4, all: [['bcdedit'], ['recoveryenabled', 'ignoreallfailures']] },
  {
    technique: 'T1136.001',
    points: 3,
    all: [
      ['net user', 'net1 user', 'useradd', 'adduser'],
      ['/add', ' -m', ' -o', ' -u 0'],
    ],
  },
  { technique: 'T1047', points: 3, all: [['wmic'], ['process call create', '/node:']] },
  { technique: 'T1021.002', points: 3, all: [['psexec', 'paexec', 'admin$', 'ipc$']] },
  {
    technique: 'T1562.001',
    points: 4,
    all: [
      ['set-mppreference', 'sc stop', 'sc config', 'systemctl stop', 'setenforce 0'],
      ['disable', 'windefend', 'auditd', 'falco', 'setenforce 0', 'sysmon'],
    ],
  },
  { technique: 'T1070.003', points: 3, all: [['history -c', 'unset histfile', 'histfile=/dev/null', '.bash_history']] },
  { technique: 'T1070.001', points: 5, all: [['wevtutil cl', 'clear-eventlog', 'wevtutil.exe cl']] },
  { technique: 'T1059.004', points: 5, all: [['/dev/tcp/', '/dev/udp/']] },
  {
    technique: 'T1059.004',
    points: 4,
    all: [
      ['nc ', 'ncat ', 'netcat '],
      [' -e ', ' -c ', '/bin/sh', '/bin/bash'],
    ],
  },
  {
    technique: 'T1059.004',
    points: 4,
    all: [
      ['curl ', 'wget '],
      ['| sh', '|sh', '| bash', '|bash'],
    ],
  },
  { technique: 'T1027', points: 3, all: [['base64'], [' -d', '--decode'], ['| sh', '|sh', '| bash', '|bash', 'eval']] },
  {
    technique: 'T1059.006',
    points: 4,
    all: [
      ['pty.spawn', 'socket.socket', 'os.dup2'],
      ['python', 'perl'],
    ],
  },
  { technique: 'T1222.002', points: 2, all: [['chmod'], ['+x', '777', '755'], ['/tmp/', '/dev/shm/', '/var/tmp/']] },
  { technique: 'T1611', points: 5, all: [['nsenter'], ['-t 1', '--target 1', '--target=1']] },
  {
    technique: 'T1611',
    points: 4,
    all: [['release_agent', 'notify_on_release', 'core_pattern', '/var/run/docker.sock']],
  },
  { technique: 'T1033', points: 1, all: [['whoami']] },
  { technique: 'T1496', points: 4, all: [['stratum+tcp', 'xmrig', 'minerd', '--donate-level']] },
];

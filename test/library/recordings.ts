/** An alert that a bundled hunt raises over a recording, as whoever knows the recording judges it. */
export interface Judgement {
  readonly hunt: string;
  /** Text within the title of the alert. */
  readonly title: string;
  readonly alerts: number;
  /** `true`: what the hunt says is so, and part of the attack. `false`: it is not. */
  readonly verdict: boolean;
  readonly what: string;
}

export interface Recording {
  readonly name: string;
  /** Relative to the folder of recordings; may hold `*`. */
  readonly path: string;
  readonly sensor: 'SysFlow' | 'Sysmon';
  /** A benign recording holds nothing that a hunt should raise. */
  readonly kind: 'attack' | 'benign';
  readonly what: string;
  readonly judged: readonly Judgement[];
  /** Parts of the attack that no hunt raises, and why. */
  readonly notRaised?: string;
  /** Small enough for the test that holds the page to a run. */
  readonly small?: true;
}

/** What the recordings hold is told by those who made them, and was checked record by record for each alert. */
export const RECORDED: readonly Recording[] = [
  {
    name: 'shellshock',
    path: 'sysflow-ecs/shellshock.events.ndjson.gz',
    sensor: 'SysFlow',
    kind: 'attack',
    small: true,
    what: 'CVE-2014-6271 (T1190): Apache runs a CGI program, which runs `bash -c cat /etc/passwd` of a header.',
    judged: [
      { hunt: 'web-shell', title: 'cat /etc/passwd', alerts: 1, verdict: true, what: 'the command of the header' },
    ],
  },
  {
    name: 'node-shop',
    path: 'sysflow-ecs/express-mon.*.events.ndjson.gz',
    sensor: 'SysFlow',
    kind: 'attack',
    what: 'A Node.js shop, 30 s before and 60 s under attack (T1190, T1059.004, T1041): it is made to write `/tmp/exfil.py` and to run it by a shell; the script installs packages and sends data out. The shop starts 43 shells of its own.',
    judged: [
      {
        hunt: 'node-exploit-shell',
        title: 'exfil.py',
        alerts: 1,
        verdict: true,
        what: 'the shell that runs the script',
      },
      {
        hunt: 'service-runs-own-drop',
        title: 'run by sh: /tmp/exfil.py',
        alerts: 1,
        verdict: true,
        what: 'the script itself',
      },
    ],
    notRaised:
      'The connections that send data out: no archive is packed, and the script lives 60 s, too short for `slow-beacon` to tell it from one call.',
  },
  {
    name: 'log4shell',
    path: 'sysmon/sysmon_log4shell_cve2021_44228_java_serialized_object.ndjson.gz',
    sensor: 'Sysmon',
    kind: 'attack',
    small: true,
    what: 'CVE-2021-44228 (T1190, T1059.001): Tomcat asks a directory on port 1389, and starts an encoded PowerShell, which calls home.',
    judged: [
      {
        hunt: 'jndi-callback',
        title: 'asked a directory',
        alerts: 1,
        verdict: true,
        what: 'question and PowerShell together',
      },
      {
        hunt: 'web-shell',
        title: 'Tomcat9.exe ran',
        alerts: 1,
        verdict: true,
        what: 'the PowerShell, by what it hides',
      },
      {
        hunt: 'encoded-powershell',
        title: 'of Tomcat9.exe',
        alerts: 1,
        verdict: true,
        what: 'the same, by whom it calls',
      },
    ],
    notRaised:
      '`server-asks-metadata`: it is another PowerShell that asks 169.254.169.254, one that was there before and is no child of Tomcat.',
  },
  {
    name: 'vbs-launcher',
    path: 'sysmon/empire_launcher_vbs.ndjson.gz',
    sensor: 'Sysmon',
    kind: 'attack',
    what: 'Empire (T1204.002, T1059.005, T1059.001): a script on the desktop starts an encoded PowerShell, which calls home and runs whoami.',
    judged: [
      {
        hunt: 'user-script-starts-shell',
        title: 'launcher.vbs',
        alerts: 1,
        verdict: true,
        what: 'the script and its PowerShell',
      },
      {
        hunt: 'encoded-powershell',
        title: 'of WScript.exe',
        alerts: 1,
        verdict: true,
        what: 'the PowerShell and its call',
      },
    ],
    notRaised: '`slow-beacon`: the agent calls once in the 70 s. `discovery-burst`: whoami alone.',
  },
  {
    name: 'run-key',
    path: 'sysmon/empire_persistence_registry_modification_run_keys_standard_user.ndjson.gz',
    sensor: 'Sysmon',
    kind: 'attack',
    what: 'Empire (T1547.001): an agent in PowerShell puts code into a run key; then one of three hosts is rebooted.',
    judged: [
      {
        hunt: 'run-key-implant',
        title: 'powershell.exe puts code',
        alerts: 1,
        verdict: true,
        what: 'the value `Updater`',
      },
    ],
    notRaised: 'The agent itself: neither its start nor a call of it is in the recording.',
  },
  {
    name: 'enable-rdp',
    path: 'sysmon/empire_enable_rdp.ndjson.gz',
    sensor: 'Sysmon',
    kind: 'attack',
    what: 'Empire (T1112, T1021.001): agents in PowerShell, and one injected into Notepad, call home; one lets Remote Desktop in by reg.exe and netsh.exe.',
    judged: [
      {
        hunt: 'remote-desktop-enabled',
        title: 'reg.exe of powershell.exe',
        alerts: 1,
        verdict: true,
        what: 'the registry and the firewall',
      },
      { hunt: 'quiet-program-calls-out', title: 'notepad.exe', alerts: 1, verdict: true, what: 'the agent in Notepad' },
      {
        hunt: 'slow-beacon',
        title: 'powershell.exe calls out',
        alerts: 2,
        verdict: true,
        what: 'the agents in PowerShell',
      },
      {
        hunt: 'encoded-powershell',
        title: 'was given encoded code',
        alerts: 1,
        verdict: true,
        what: 'the agent whose start its children repeat',
      },
    ],
    notRaised: '`injected-process-calls-out`: no thread that is started in another process is in the recording.',
  },
  {
    name: 'wmi-lateral',
    path: 'sysmon/covenant_sharpwmi_create_dcerpc_wmi.ndjson.gz',
    sensor: 'Sysmon',
    kind: 'attack',
    what: 'Covenant (T1047): an agent on a desktop asks WMI of another host, which starts GruntHTTP2.exe there.',
    judged: [
      { hunt: 'lateral-movement', title: 'GruntHTTP2.exe', alerts: 1, verdict: true, what: 'the program that landed' },
      {
        hunt: 'user-program-reaches-hosts',
        title: 'GruntHTTP.exe',
        alerts: 1,
        verdict: true,
        what: 'the agent that asked',
      },
    ],
  },
  {
    name: 'remote-task',
    path: 'sysmon/schtask_create.ndjson.gz',
    sensor: 'Sysmon',
    kind: 'attack',
    what: 'schtasks.exe (T1053.005) makes a task on another host.',
    judged: [
      {
        hunt: 'lateral-movement',
        title: 'schtasks /create',
        alerts: 1,
        verdict: true,
        what: 'who asks: cmd.exe and schtasks.exe, one alert',
      },
    ],
    notRaised: 'The task on the other host: it is not started in the recording.',
  },
  {
    name: 'bits-download',
    path: 'sysmon/cmd_bitsadmin_download_psh_script.ndjson.gz',
    sensor: 'Sysmon',
    kind: 'attack',
    small: true,
    what: 'bitsadmin.exe (T1197) has BITS fetch a file of the Atomic Red Team.',
    judged: [
      {
        hunt: 'bits-transfer',
        title: 'bitsadmin.exe',
        alerts: 1,
        verdict: true,
        what: 'the job, and the call of the service',
      },
    ],
  },
  {
    name: 'node-shop-before',
    path: 'sysflow-ecs/express-mon.1531776682.events.ndjson.gz',
    sensor: 'SysFlow',
    kind: 'benign',
    what: 'The Node.js shop before its attack; it starts 19 shells for its work.',
    judged: [],
  },
  {
    name: 'kubernetes',
    path: 'sysflow-ecs/k8s_small.events.ndjson.gz',
    sensor: 'SysFlow',
    kind: 'benign',
    what: 'A shop of 23 containers on Minikube; RabbitMQ, Node.js and others start shells.',
    judged: [],
  },
  {
    name: 'web-server',
    path: 'sysflow-ecs/httpd.events.ndjson.gz',
    sensor: 'SysFlow',
    kind: 'benign',
    small: true,
    what: 'One request to Apache in a container.',
    judged: [],
  },
  {
    name: 'container-shell',
    path: 'sysflow-ecs/alpine.events.ndjson.gz',
    sensor: 'SysFlow',
    kind: 'benign',
    small: true,
    what: 'An administrator enters a container, and edits a file.',
    judged: [],
  },
  {
    name: 'file-work',
    path: 'sysflow-ecs/files.events.ndjson.gz',
    sensor: 'SysFlow',
    kind: 'benign',
    small: true,
    what: 'Files are made, linked, renamed and deleted.',
    judged: [],
  },
];

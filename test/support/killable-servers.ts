import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type ServerName = 'kafka' | 'elastic';

/** Folder with the programs `up` and `down` (CONTRIBUTING.md), where tests may start servers for themselves alone. */
export const SERVICES = process.env['WINDHOVER_TEST_SERVICES'];

/** A Kafka and an Elasticsearch of one test file's own, which it may kill. */
export class KillableServers {
  readonly #folder: string;
  readonly #run = mkdtempSync(join(tmpdir(), 'windhover-killed-'));
  readonly #addresses = new Map<string, string>();

  private constructor(folder: string) {
    this.#folder = folder;
    // The server runs as another user where the tests run as root.
    chmodSync(this.#run, 0o755);
  }

  static async open(folder: string): Promise<KillableServers> {
    const servers = new KillableServers(folder);
    try {
      await servers.start('kafka', 'elastic');
    } catch (error) {
      await servers.close();
      throw error;
    }
    return servers;
  }

  /** `HOST:PORT`. */
  get kafka(): string {
    return this.#addresses.get('KAFKA') ?? '';
  }

  /** `http://HOST:PORT`. */
  get elastic(): string {
    return this.#addresses.get('ELASTIC') ?? '';
  }

  /** `kill -9`; settles once they are gone. Their data stay. */
  async kill(...servers: ServerName[]): Promise<void> {
    await this.#call('down', '--kill', ...servers);
  }

  /** Settles once they answer, at the addresses they had. */
  async start(...servers: ServerName[]): Promise<void> {
    const told = await this.#call('up', ...servers).catch(async () => {
      // `up` gives up after a minute, which a busy machine can take.
      await this.kill(...servers);
      return this.#call('up', ...servers);
    });
    for (const [, name = '', address = ''] of told.matchAll(/^export WINDHOVER_TEST_(\w+)=(\S+)$/gm))
      this.#addresses.set(name, address);
  }

  async close(): Promise<void> {
    await this.#call('down');
    rmSync(this.#run, { recursive: true, force: true });
  }

  async #call(program: 'up' | 'down', ...words: string[]): Promise<string> {
    const env = { ...process.env, WINDHOVER_SERVICES_RUN: this.#run };
    const { stdout } = await promisify(execFile)(join(this.#folder, program), words, { env, encoding: 'utf8' });
    return stdout;
  }
}

import { readFileSync } from 'node:fs';

const DOCKERFILE = new URL('../deploy/Dockerfile', import.meta.url);

/** What the container image sets, for processes that are measured as they run there: ENV of the Dockerfile's last stage. */
export function imageEnvironment() {
  const joined = readFileSync(DOCKERFILE, 'utf8').replaceAll(/\\\n\s*/gu, ' ');
  const line = /^ENV (NODE_ENV=.*)$/mu.exec(joined)?.[1] ?? '';
  return Object.fromEntries(
    [...line.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/gu)].map(([, name, quoted, bare]) => [name, quoted ?? bare]),
  );
}

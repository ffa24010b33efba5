import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertDocument } from '../hunts/alerts/alert-document.ts';
import { AlertLog } from './alert-log.ts';
import { testAlertSink } from './alert-sink.conformance.ts';
import { latestOf } from './testing/memory-sink.ts';

let folder = '';
const path = (): string => join(folder, 'alerts.ndjson');

testAlertSink({
  name: 'the alert log',
  open: async () => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-log-'));
    return AlertLog.open(path());
  },
  reopen: () => AlertLog.open(path()),
  latest: async () =>
    latestOf(
      readFileSync(path(), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as AlertDocument),
    ),
  clean: async () => rmSync(folder, { recursive: true, force: true }),
});

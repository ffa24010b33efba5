import { expect, test } from 'vitest';
import type { ResolvedSource } from './source-resolver.ts';
import { jumpingTimer } from '../../../test/support/jumping-timer.ts';
import { openElastic } from './elastic-client.ts';
import { elasticHistories } from './elastic-histories.ts';

const URL = 'https://127.0.0.1:1';

test('a certificate that cannot be read is told alike of histories, and of sinks and commands', async () => {
  const told = {
    code: 'elastic-ca',
    message: expect.stringContaining('/none/ca.pem'),
    hint: expect.stringMatching(/PEM/),
  };
  const source = { id: `elastic+${URL}/a`, history: true } as unknown as ResolvedSource;
  const history = elasticHistories({}, { env: { WINDHOVER_ELASTIC_CA: 'ca.pem' }, cwd: '/none' });
  await expect(history(source, jumpingTimer())).rejects.toMatchObject(told);
  await expect(openElastic({ url: URL, caPath: '/none/ca.pem' }, 1000)).rejects.toMatchObject(told);
});

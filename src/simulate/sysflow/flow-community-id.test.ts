import fc from 'fast-check';
import { expect, test } from 'vitest';
import { communityId } from '../../telemetry/sysflow/community-id.ts';
import { flowCommunityId } from './flow-community-id.ts';

const address = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }).map((parts) => parts.join('.'));
const port = fc.nat(65_535);

test('a connection has the id that the decoder of traces gives it', () => {
  fc.assert(
    fc.property(address, port, fc.option(address), port, (source, sourcePort, other, destinationPort) => {
      const destination = other ?? source;
      expect(flowCommunityId({ source, sourcePort, destination, destinationPort })).toBe(
        communityId(source, sourcePort, destination, destinationPort, 6),
      );
    }),
  );
});

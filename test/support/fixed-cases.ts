import * as fc from 'fast-check';

/**
 * Properties draw the same cases in every usual run, so that one is red where the change is to blame and can be run
 * again. Other cases: WINDHOVER_SEED, or the long run (`npm run test:long`), which draws anew each time.
 */
const { WINDHOVER_LONG, WINDHOVER_SEED = '20261126' } = process.env;
if (WINDHOVER_LONG === undefined) fc.configureGlobal({ seed: Number(WINDHOVER_SEED) });

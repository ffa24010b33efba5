#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { runProgram } from './cli/program.ts';

// A regular expression of a hunt that backtracks too much goes on in V8's linear-time engine: no hunt can stall another.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

// Whatever is written holds telemetry: it is its owner's only, the files that RocksDB makes included.
process.umask(0o077);

process.exitCode = await runProgram(process.argv.slice(2), process);

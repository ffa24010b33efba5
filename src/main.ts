#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { runProgram } from './cli/program.ts';

// A regular expression of a hunt that backtracks too much goes on in V8's linear-time engine: no hunt can stall another.
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

process.exitCode = await runProgram(process.argv.slice(2), process);

import { Option } from 'commander';

/** `--format`, with the choices a command has; text is for people and may change. */
export function formatOption(choices: readonly string[]): Option {
  return new Option('--format <format>', 'how the result is written').choices(choices).default('text');
}

import { readHuntYaml } from './hunt-file-yaml.ts';

/** A value of `huntflow` that is a path, and no huntflow. */
export function isHuntflowPath(value: string): boolean {
  return /^\S+\.hf$/u.test(value);
}

/**
 * The huntflow of its own that a hunt file names, relative to it. Also of one that is broken elsewhere: what the huntflow
 * belongs to does not hang on whether the rest of the file is in order.
 */
export function huntflowPath(text: string): string | undefined {
  const { value } = readHuntYaml(text);
  if (typeof value === 'object' && value !== null && 'huntflow' in value) {
    const { huntflow } = value;
    return typeof huntflow === 'string' && isHuntflowPath(huntflow) ? huntflow : undefined;
  }
  return /^huntflow:[ \t]*(["']?)(\S+\.hf)\1[ \t]*(?:#.*)?$/mu.exec(text)?.[2];
}

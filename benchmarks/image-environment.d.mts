/** Names and values that the container image sets. */
export function imageEnvironment(): Record<string, string>;

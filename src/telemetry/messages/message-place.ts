/** Place of the records of a partition: `sysflow/3`. */
export function messagePlace({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}

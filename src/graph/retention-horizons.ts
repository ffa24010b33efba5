/** Moments, ms, before which things count as forgotten. */
export interface RetentionHorizons {
  /** Of edges and records. */
  readonly ms: number;
  /** Of entities of a type, and of what a GET of it rests on; never before `ms`. */
  of(type: string): number;
}

/** What is to be told of a place. */
export interface SourceNotice {
  readonly place: string;
  readonly code: string;
  readonly message: string;
  /** The source cannot be read from now on, or can be again. */
  readonly reach?: 'away' | 'back';
}

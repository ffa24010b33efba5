/** What became of the state of a hunt that is no longer the one which made it. */
export interface HuntChange {
  readonly hunt: string;
  /**
   * `carried`: what has changed is made again from what was kept, and it goes on where it stopped; `restarted`: its sources
   * are read again; `removed`: it is not run any more, or over other sources, and what it kept is given back;
   * `kept`: it is called for and cannot run, and what it kept waits for it.
   */
  readonly outcome: 'carried' | 'restarted' | 'removed' | 'kept';
}

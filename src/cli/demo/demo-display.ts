import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';

/** Who shows the demo while it runs: a live view, or plain lines. */
export interface DemoDisplay {
  /** `isNew`: its first revision. */
  alert(alert: AlertDocument, isNew: boolean): Promise<void>;
  /** After each epoch. */
  progress(): void;
  /** Every few milliseconds, also where nothing comes. */
  step(): void;
  /** Gives the terminal back; may be called again. */
  close(): void;
}

import type { SimulatedChunk } from '../../simulate/simulation.ts';

/** Where simulated telemetry goes, and its truth after it. */
export interface SimulatedOutput {
  begin(): Promise<void>;
  write(chunk: SimulatedChunk): Promise<void>;
  flush(): Promise<void>;
  end(truth: string): Promise<void>;
  close(): Promise<void>;
}

/** Where a source begins to read partitions that it knows nothing of. `atMs`: messages of this time (ms since 1970) on. */
export type KafkaStart = 'earliest' | 'latest' | { readonly atMs: number };

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

export interface KafkaTls {
  /** Certificates in PEM. Absent: those that Node trusts. */
  readonly ca?: string | undefined;
  /** Of the client, where the brokers ask for one. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Name that the certificates of the brokers carry, if not that of their addresses. */
  readonly serverName?: string | undefined;
}

export interface KafkaSasl {
  readonly mechanism: SaslMechanism;
  readonly username: string;
  readonly password: string;
}

/** How a cluster is reached. Holds secrets: never part of a message. */
export interface KafkaSettings {
  readonly tls?: KafkaTls | undefined;
  readonly sasl?: KafkaSasl | undefined;
  readonly clientId?: string | undefined;
  /** Begins the names of consumer groups. Default: `windhover`. */
  readonly groupPrefix?: string | undefined;
  /** After this long without a word of it a member of a group counts as dead, ms. Default: 10 s. */
  readonly sessionMs?: number | undefined;
  readonly start?: KafkaStart | undefined;
}

export const DEFAULT_SESSION_MS = 10_000;

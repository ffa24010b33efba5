import { KafkaLog, type KafkaLogOptions } from '../../src/sources/kafka/kafka-log.ts';
import type { ByteSource } from '../../src/telemetry/decoder.ts';
import { HistoryProgress, type DocumentHistory, type HistoryCursor } from '../../src/telemetry/document-history.ts';
import type { LogPosition } from '../../src/telemetry/message-log.ts';
import type { SourceReading } from '../../src/telemetry/source-port.conformance.ts';

/** Lines of a source of bytes; a position is the byte behind the last line. */
export function readBytes(source: ByteSource, position: unknown): SourceReading {
  let at = (position as number | undefined) ?? 0;
  let pending = Buffer.alloc(0);
  const chunks = source.open(at)[Symbol.asyncIterator]();
  return {
    async next() {
      for (;;) {
        const { value, done } = await chunks.next();
        if (done === true) return undefined;
        pending = Buffer.concat([pending, value.bytes]);
        const end = pending.lastIndexOf(0x0a) + 1;
        if (end === 0) continue;
        const items = pending.subarray(0, end).toString('utf8').trimEnd().split('\n');
        pending = pending.subarray(end);
        at += end;
        return { items, position: at };
      }
    },
    async close() {
      await chunks.return?.();
    },
  };
}

/** Documents of a history, each an item under `text`. */
export function readHistory(history: DocumentHistory, position: unknown): SourceReading {
  const cursor = position as HistoryCursor | undefined;
  const progress = new HistoryProgress(cursor);
  const pages = history.pages(cursor, {}, () => {});
  return {
    async next() {
      const { value, done } = await pages.next();
      if (done === true) return undefined;
      for (const document of value) progress.add(document);
      return { items: value.map(({ source }) => String(source['text'])), position: progress.cursor };
    },
    async close() {
      await pages.return();
      await history.close();
    },
  };
}

/** Messages of a log with one partition. */
export function readLog(options: () => Promise<KafkaLogOptions> | KafkaLogOptions, position: unknown): SourceReading {
  const known = (position as readonly LogPosition[] | undefined) ?? [];
  let log: KafkaLog | undefined;
  let positions: readonly LogPosition[] = [];
  const opening = (async () => {
    log = new KafkaLog(await options());
    positions = await log.open(known, () => {});
    return log;
  })();
  // Met when messages are asked for.
  opening.catch(() => {});
  return {
    async next() {
      const run = await (await opening).next();
      if (run === undefined) return undefined;
      positions = positions.map((one) => ({ ...one, offset: run.next }));
      const items = run.messages.map(({ value }) => Buffer.from(value ?? []).toString('utf8'));
      return { items, position: positions };
    },
    async close() {
      await opening.catch(() => {});
      await log?.close();
    },
  };
}

import type * as Elastic from '@elastic/elasticsearch';

type Request = Elastic.UndiciConnection['request'];

export const ANSWER_TOO_LARGE = 'the answer is too large';

/**
 * The library's connection, but for answers of more than `mostBytes`: they end in a `RequestAbortedError` with the message
 * above. The library's own `maxResponseSize` ends the process where the server tells the length in advance.
 */
export function boundedConnection(library: typeof Elastic, mostBytes: number): typeof Elastic.UndiciConnection {
  const { UndiciConnection, errors } = library;
  return class BoundedConnection extends UndiciConnection {
    override request: Request = (async (...[params, options]: Parameters<Request>) => {
      const { body, ...head } = await super.request(params, { ...options, asStream: true });
      // What comes of a body that nobody waits for any more.
      body.on('error', () => {});
      body.setEncoding('utf8');
      let text = '';
      let bytes = 0;
      try {
        for await (const chunk of body) {
          bytes += Buffer.byteLength(chunk as string);
          if (bytes > mostBytes) throw new errors.RequestAbortedError(ANSWER_TOO_LARGE);
          text += chunk as string;
        }
      } catch (error) {
        if (error instanceof errors.RequestAbortedError) throw error;
        throw new errors.ConnectionError(error instanceof Error ? error.message : 'the body broke off');
      }
      return { ...head, body: text };
    }) as Request;
  };
}

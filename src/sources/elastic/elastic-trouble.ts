import { maskCredentials } from '../../errors/mask-credentials.ts';

/** What became of a call to Elasticsearch that did not give what was asked for. Texts are masked and bounded. */
export interface ElasticTrouble {
  /** Of HTTP; 0: no answer. */
  readonly status: number;
  /** The server's name for it, or the client's; may be empty. */
  readonly type: string;
  /** What the server says, or the client; may be empty. What stands nearest to the cause comes last. */
  readonly reason: string;
  /** The answer is a text and no JSON: it comes of something else, such as a proxy. */
  readonly isPage: boolean;
}

const SHOWN = 300;
/** A page may be as large as whoever gives it likes; its beginning says what it is. */
const LOOKED_AT = 4096;

/** Names of the client's errors: what answers is read, and is none of Elasticsearch's answers. */
export const NO_ANSWER_OF_ELASTIC = 'DeserializationError';

/** Reads an answer of HTTP: whoever gave it may be no Elasticsearch. */
export function answeredTrouble(status: number, body: unknown): ElasticTrouble {
  if (typeof body === 'string' && body.trim() !== '' && member(body, 'error') === undefined) {
    return {
      status,
      type: '',
      reason: shown(
        body
          .slice(0, LOOKED_AT)
          .replace(/<[^>]*>/gu, ' ')
          .replace(/\s+/gu, ' ')
          .trim(),
      ),
      isPage: true,
    };
  }
  const error = member(body, 'error') ?? body;
  if (typeof error === 'string') return { status, type: '', reason: shown(error), isPage: false };
  const roots = member(error, 'root_cause');
  const root: unknown = Array.isArray(roots) ? roots[0] : undefined;
  const reason = text(member(root, 'reason')) || text(member(error, 'reason'));
  const cause = text(member(member(error, 'caused_by'), 'reason'));
  const whole = cause === '' || reason.includes(cause) ? reason : `${reason}: ${cause}`;
  return { status, type: shown(text(member(error, 'type'))), reason: shown(whole), isPage: false };
}

/** Reads what the client threw: an answer, or that there was none. */
export function thrownTrouble(thrown: unknown): ElasticTrouble {
  const status = member(thrown, 'statusCode');
  if (typeof status === 'number') return answeredTrouble(status, member(thrown, 'body'));
  const isError = thrown instanceof Error;
  return {
    status: 0,
    type: isError ? thrown.name : '',
    reason: shown(isError ? thrown.message : String(thrown)),
    isPage: false,
  };
}

/** Somebody else's words: without credentials, and not too many. */
function shown(words: string): string {
  // Masked whole: what is cut could be the end of a secret that nobody recognises any more.
  const masked = maskCredentials(words);
  return masked.length > SHOWN ? `${masked.slice(0, SHOWN)}…` : masked;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return name in value ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

import { SinkError } from '../../errors/windhover-error.ts';
import { alertTemplate } from './alert-template.ts';
import type { ElasticAlertsClient, ElasticRequest } from './elastic-alerts-client.ts';
import { privilegeHint } from '../../sources/elastic/elastic-privileges.ts';
import { answeredTrouble } from '../../sources/elastic/elastic-trouble.ts';
import { elasticProblem, WRITING } from './elastic-answer.ts';

/** What was found of one part of the setup, and what was done about it, or would be. */
export interface SetupStep {
  readonly part: 'template' | 'index' | 'alias' | 'mapping';
  readonly name: string;
  readonly outcome: 'created' | 'updated' | 'unchanged';
}

export interface SetupOptions {
  readonly client: ElasticAlertsClient;
  readonly alias: string;
  /** The month whose index is made: `2026.05`. */
  readonly month: string;
  /** Nothing is changed. */
  readonly isDryRun: boolean;
}

/**
 * Makes Elasticsearch ready for alerts: the index template, the index of the month and the alias before it. What is right
 * already is left alone, so it may be called again at any time. Throws `SinkError` that names the privilege that is missing.
 */
export async function setUpElastic(options: SetupOptions): Promise<SetupStep[]> {
  const setup = new ElasticSetup(options);
  const template = await setup.template();
  return [template, ...(await setup.index())];
}

class ElasticSetup {
  readonly #client: ElasticAlertsClient;
  readonly #alias: string;
  readonly #index: string;
  readonly #isDryRun: boolean;

  constructor({ client, alias, month, isDryRun }: SetupOptions) {
    this.#client = client;
    this.#alias = alias;
    this.#index = `${alias}-${month}`;
    this.#isDryRun = isDryRun;
  }

  async template(): Promise<SetupStep> {
    const path = `/_index_template/${this.#alias}`;
    const wanted = alertTemplate(this.#alias);
    const found = await this.#ask({ method: 'GET', path }, [404]);
    const digest = storedDigest(found?.body);
    const step = { part: 'template', name: this.#alias } as const;
    if (found !== undefined && digest === wanted._meta.digest) return { ...step, outcome: 'unchanged' };
    await this.#change({ method: 'PUT', path, body: { ...wanted } });
    return { ...step, outcome: found === undefined ? 'created' : 'updated' };
  }

  async index(): Promise<SetupStep[]> {
    const named = await this.#ask({ method: 'GET', path: `/_alias/${this.#alias}` }, [404]);
    if (named === undefined && (await this.#ask({ method: 'HEAD', path: `/${this.#alias}` }, [404])) !== undefined) {
      throw new SinkError('elastic-setup', `${this.#alias} is an index or data stream, not an alias`, {
        hint: 'Name another alias with --index (and alerts: in the configuration), or delete what has this name.',
      });
    }
    const existing = await this.#ask({ method: 'GET', path: `/_alias/${this.#alias}?expand_wildcards=all` }, [404]);
    const carriers = new Set(Object.keys((existing?.body ?? {}) as object));
    if ((await this.#ask({ method: 'HEAD', path: `/${this.#index}` }, [404])) === undefined) {
      await this.#change({ method: 'PUT', path: `/${this.#index}`, body: {} }, 'resource_already_exists_exception');
      return [
        { part: 'index', name: this.#index, outcome: 'created' },
        { part: 'alias', name: this.#alias, outcome: named === undefined ? 'created' : 'updated' },
      ];
    }
    const index = { part: 'index', name: this.#index, outcome: 'unchanged' } as const;
    const hasAlias = carriers.has(this.#index);
    if (!hasAlias) {
      await this.#change({ method: 'PUT', path: `/${this.#index}/_alias/${this.#alias}`, body: {} });
    }
    const alias = { part: 'alias', name: this.#alias, outcome: hasAlias ? 'unchanged' : 'updated' } as const;
    return [index, alias, await this.#mapping()];
  }

  /** An index that is there takes fields that are new; that a field is of another type is said. */
  async #mapping(): Promise<SetupStep> {
    const step = { part: 'mapping', name: this.#index } as const;
    const { properties } = alertTemplate(this.#alias).template.mappings;
    const found = await this.#ask({ method: 'GET', path: `/${this.#index}/_mapping` }, []);
    const mapped = ((found?.body ?? {}) as Record<string, { mappings?: { properties?: unknown } } | undefined>)[
      this.#index
    ];
    const outcome = holds(mapped?.mappings?.properties, properties) ? 'unchanged' : 'updated';
    // Asked for in any case: the server refuses it where a field has another type.
    await this.#change({ method: 'PUT', path: `/${this.#index}/_mapping`, body: { dynamic: false, properties } });
    return { ...step, outcome };
  }

  async #change(request: ElasticRequest, harmless?: string): Promise<void> {
    if (!this.#isDryRun) await this.#ask(request, [], harmless);
  }

  /** The answer; undefined where it is one of the absent ones. */
  async #ask(
    request: ElasticRequest,
    absent: readonly number[],
    harmless?: string,
  ): Promise<{ readonly body: unknown } | undefined> {
    const { status, body } = await this.#client.request(request);
    if (status < 300) return { body };
    if (absent.includes(status)) return undefined;
    const error = answeredTrouble(status, body);
    if (harmless !== undefined && error.type === harmless) return undefined;
    if (status === 400) {
      throw new SinkError('elastic-setup', `Elasticsearch refuses ${request.method} ${request.path}: ${error.reason}`, {
        hint: 'An index or template of another origin stands in the way: name another alias with --index, or remove it.',
      });
    }
    if (status === 403 && !error.isPage) {
      throw new SinkError('elastic-permission', `not allowed to ${request.method} ${request.path}: ${error.reason}`, {
        hint: privilegeHint(error.reason, `the indices ${this.#alias}-*`, WRITING),
      });
    }
    throw elasticProblem(error, this.#client.place, this.#alias);
  }
}

function storedDigest(body: unknown): unknown {
  const { index_templates: templates } = (body ?? {}) as {
    readonly index_templates?: readonly {
      readonly index_template?: { readonly _meta?: { readonly digest?: unknown } };
    }[];
  };
  return templates?.[0]?.index_template?._meta?.digest;
}

/** Whether a mapping as the server tells it has every field that is wanted: it adds what it takes for granted. */
function holds(found: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return String(found) === String(wanted);
  if (typeof found !== 'object' || found === null) return false;
  return Object.entries(wanted).every(([name, value]) =>
    // Whether types agree is for the server to say, which leaves out what is a default.
    name === 'type' || name === 'ignore_malformed' || name === 'ignore_above'
      ? true
      : holds((found as Record<string, unknown>)[name], value),
  );
}

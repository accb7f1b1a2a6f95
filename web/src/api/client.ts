import { ApiProblem, problemOf, unexpectedAnswer, unreachable } from './problem';

export type Query = Record<string, string | number | undefined>;

export interface CallOptions {
  query?: Query;
  /** Sent as JSON, but for a string or a file, which go as they are under contentType. */
  body?: unknown;
  contentType?: string;
  /** How the call is made where the browser's fetch tells too little of it, and how long it may take. */
  via?: typeof fetch;
  timeout?: number;
  /** The version that was looked at; sent as If-Match. */
  version?: number;
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** Answers 401 with the problem at once, instead of asking for a new sign-in: for the session's own calls. */
  plain?: boolean;
}

export interface ClientParts {
  base?: string;
  fetch?: typeof fetch;
  timeout?: number;
  /** Asks the user to sign in again; resolves to whether the same user did. The call is then repeated. */
  signInAgain?: () => Promise<boolean>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Calls the API: one method per HTTP method, each of which returns the answer's JSON or throws an ApiProblem. */
export class Client {
  readonly #base: string;
  readonly #fetch: typeof fetch;
  readonly #timeout: number;
  readonly #signInAgain: (() => Promise<boolean>) | undefined;

  constructor(parts: ClientParts = {}) {
    this.#base = parts.base ?? '/api/v1';
    this.#fetch = parts.fetch ?? ((input, init) => fetch(input, init));
    this.#timeout = parts.timeout ?? 60_000;
    this.#signInAgain = parts.signInAgain;
  }

  get<T>(path: string, options: CallOptions = {}): Promise<T> {
    return this.#call<T>('GET', path, options);
  }

  post<T>(path: string, options: CallOptions = {}): Promise<T> {
    return this.#call<T>('POST', path, options);
  }

  put<T>(path: string, options: CallOptions = {}): Promise<T> {
    return this.#call<T>('PUT', path, options);
  }

  delete<T>(path: string, options: CallOptions = {}): Promise<T> {
    return this.#call<T>('DELETE', path, options);
  }

  /** The answer as a file, to be saved. */
  async file(path: string, options: CallOptions = {}): Promise<Blob> {
    return (await this.#answer('GET', path, options)).blob();
  }

  async #call<T>(method: Method, path: string, options: CallOptions): Promise<T> {
    return read<T>(await this.#answer(method, path, options));
  }

  async #answer(method: Method, path: string, options: CallOptions): Promise<Response> {
    let response = await this.#once(method, path, options);
    if (response.status === 401 && !options.plain && this.#signInAgain) {
      const problem = await problemOf(response);
      if (!(await this.#signInAgain())) throw problem;
      response = await this.#once(method, path, options);
    }
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  async #once(method: Method, path: string, options: CallOptions): Promise<Response> {
    const timeout = AbortSignal.timeout(options.timeout ?? this.#timeout);
    const fetch = options.via ?? this.#fetch;
    try {
      return await fetch(this.#base + path + search(options.query), {
        method,
        headers: headers(method, options),
        body: bodyOf(options),
        credentials: 'same-origin',
        cache: 'no-store',
        signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
      });
    } catch (thrown) {
      if (options.signal?.aborted) throw thrown;
      throw new ApiProblem({ status: 0, code: unreachable });
    }
  }
}

function headers(method: Method, options: CallOptions): Record<string, string> {
  const sent: Record<string, string> = { Accept: 'application/json, application/problem+json, text/csv;q=0.5' };
  if (method !== 'GET') sent['X-Crosswalk-Request'] = '1';
  if (options.body !== undefined) sent['Content-Type'] = options.contentType ?? 'application/json';
  if (options.version !== undefined) sent['If-Match'] = `"${options.version}"`;
  if (options.idempotencyKey) sent['Idempotency-Key'] = options.idempotencyKey;
  return sent;
}

function bodyOf({ body }: CallOptions): string | Blob | undefined {
  if (body === undefined) return undefined;
  return typeof body === 'string' || body instanceof Blob ? body : JSON.stringify(body);
}

/** Empty and absent parameters are left out. */
export function search(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `?${text}` : '';
}

async function read<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiProblem({ status: response.status, code: unexpectedAnswer });
  }
}

import type { FieldFault, ProblemDocument } from './types';

/** Codes of problems that no server sent, because none answered as agreed. */
export const unreachable = 'network.unreachable';
export const unexpectedAnswer = 'answer.unexpected';

/** What went wrong with a call, as the server's problem document tells it. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly traceId: string;
  readonly errors: FieldFault[];

  constructor(document: ProblemDocument) {
    super(document.detail || document.title || document.code || 'problem');
    this.name = 'ApiProblem';
    this.status = document.status ?? 0;
    this.code = document.code ?? unexpectedAnswer;
    this.title = document.title ?? '';
    this.detail = document.detail ?? '';
    this.traceId = document.trace_id ?? '';
    this.errors = document.errors ?? [];
  }

  /** Says that the same call may work later: nobody answered, or the server is busy. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503 || this.status === 504;
  }

  /** Says that what was looked at has changed in the meantime. */
  get stale(): boolean {
    return this.status === 412 || (this.status === 409 && this.code.endsWith('.stale_version'));
  }
}

/** Reads a failed answer. What is not a problem document (a proxy's page, say) becomes one. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const traceId = response.headers.get('X-Trace-Id') ?? '';
  if (!/\bjson\b/.test(response.headers.get('Content-Type') ?? '')) {
    return new ApiProblem({ status: response.status, code: unexpectedAnswer, trace_id: traceId });
  }
  try {
    const document = (await response.json()) as ProblemDocument;
    return new ApiProblem({ trace_id: traceId, ...document, status: response.status });
  } catch {
    return new ApiProblem({ status: response.status, code: unexpectedAnswer, trace_id: traceId });
  }
}

/** Turns whatever a call threw into a problem; an abort by the caller stays what it is. */
export function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  return new ApiProblem({ status: 0, code: unreachable });
}

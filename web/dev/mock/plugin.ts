import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connect, Plugin } from 'vite';
import { mockServer } from './server.ts';

/** The header the real server sends: what it forbids must already fail here. */
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Answers /api/v1 from memory, in `vite --mode mock` and `vite preview --mode mock` alone. Sign in as ana, bo or eve. */
export function mockApi(): Plugin {
  const answer = mockServer(Number(process.env.MOCK_SIZE ?? 1240));
  const api: Connect.NextHandleFunction = (request, response, next) => {
    if (!request.url?.startsWith('/api/v1/')) return next();
    void respond(answer, request, response);
  };
  return {
    name: 'crosswalk-mock-api',
    configureServer: (server) => void server.middlewares.use(api),
    configurePreviewServer(server) {
      server.middlewares.use((_, response, next) => {
        response.setHeader('Content-Security-Policy', policy);
        next();
      });
      server.middlewares.use(api);
    },
  };
}

async function respond(answer: ReturnType<typeof mockServer>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mock');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const login = /crosswalk_session=(\w*)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
  const body = headers['content-type']?.includes('json') && text ? (JSON.parse(text) as unknown) : text;
  const result = answer({ method: request.method ?? 'GET', path: url.pathname.slice('/api/v1'.length), query: url.searchParams, headers, body, login });
  response.statusCode = result.status;
  if (result.login !== undefined) response.setHeader('Set-Cookie', `crosswalk_session=${result.login}; HttpOnly; SameSite=Lax; Path=/`);
  response.setHeader('Content-Type', result.status < 400 ? 'application/json' : 'application/problem+json');
  response.end(result.body === undefined ? undefined : JSON.stringify(result.body));
}

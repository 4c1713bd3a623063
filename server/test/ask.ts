import type { Handler } from "../src/index.js";

interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what each test checks
  readonly data: any;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
  readonly text: string;
}

/** Posts a query and reads the answer, by the whole HTTP path. */
export async function ask(handler: Handler, query: string, variables: object = {}, headers = {}): Promise<Reply> {
  const response = await handler.fetch("http://test/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const { data = null, errors = [] } = JSON.parse(text);
  return { status: response.status, data, errors, text };
}

import { runModule } from "../child.js";
import { VIEWS } from "./declarations.js";
import type { Load } from "./load.js";
import type { Loading } from "./loading.js";

const CONNECTIONS = 8;

type Asked = Omit<Loading, Given> & { readonly [G in Given]?: Loading[G] | undefined };
type Given = "connections" | "views" | "rate";

/** A contender: a server under a load, of eight connections and as fast as they are answered unless it is said otherwise. */
export const loaded =
  ({ views = VIEWS, rate = 0, connections = CONNECTIONS, ...asked }: Asked) =>
  async (): Promise<Readonly<Record<"rate" | "p50" | "p99", number>>> => {
    const loading: Loading = { ...asked, views, rate, connections };
    const { told } = await runModule<Load>("serve/loading.js", [JSON.stringify(loading)]);
    return { rate: told.rate, p50: told.p50, p99: told.p99 };
  };

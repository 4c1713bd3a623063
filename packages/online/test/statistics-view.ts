import {
  countDistinct,
  featureView,
  firstN,
  lastN,
  mean,
  quantile,
  stddev,
  sum,
  variance,
  varPop,
} from "@lockstep/core";
import { everyType } from "./views.js";

/** The aggregates whose partials hold more than a number. */
export const statisticsView = featureView("statistics", {
  source: everyType,
  features: (e) => ({
    texts: countDistinct(e.text).over("1h", { hop: "1m" }),
    middle: quantile(e.float64, 0.5).over("1h", { hop: "1m" }),
    least: quantile(e.decimal, 0.01).over("lifetime"),
    spread: variance(e.int64).over("1h", { hop: "1m" }),
    deviation: stddev(e.float64).over("2h", { hop: "1m", shape: "hopping" }),
    population: varPop(e.decimal).over("lifetime"),
    oldest: firstN(e.struct, 2).over("lifetime"),
    newest: lastN(e.list, 3).over("1h", { hop: "1m", bounds: "(]" }),
    total: sum(e.decimal).over("2h", { shape: "sliding" }),
    average: mean(e.int64).where(e.bool).over("1h", { hop: "1m", offset: "90s" }),
  }),
});

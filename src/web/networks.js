// The networks an account can be on. Another one is a module of its own and a name in this list.
import { twitter } from './networks/twitter.js';

/** The first is the one to connect where no network is chosen. */
export const NETWORKS = [twitter];

/** The path of an account at the API; `side` is `workspace` or `personal`. */
export const accountPath = (network, side, id) => `${network.paths[side]}/${id}`;

/** The body of a request about an account. */
export const accountBody = (network, parameters) => ({ [network.object]: parameters });

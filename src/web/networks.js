// The list of networks. A new network is a module in `networks/` and an entry here.
import { twitter } from './networks/twitter.js';

/** The first is the default. */
export const NETWORKS = [twitter];

/** The URL path of an account in the API; `side` is `workspace` or `personal`. */
export const accountPath = (network, side, id) => `${network.paths[side]}/${id}`;

export const accountBody = (network, parameters) => ({ [network.object]: parameters });

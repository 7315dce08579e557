import { fetchedPackages } from '../fetched-packages.ts';

/** Packages that only peers of the benchmark need: three hundred with what they need in turn, for a table. */
const PACKAGES = {
  'isomorphic-git': '1.44.11',
  'pouchdb-core': '9.0.0',
  'pouchdb-adapter-memory': '9.0.0',
  'pouchdb-adapter-http': '9.0.0',
  'pouchdb-replication': '9.0.0',
  'express': '4.22.3',
  'express-pouchdb': '4.2.0',
};

/** A `require` that finds them; undefined when they are not there and cannot be had. */
export function peerPackages(): NodeJS.Require | undefined {
  return fetchedPackages('bench-packages', PACKAGES, 'the packages of the peers');
}

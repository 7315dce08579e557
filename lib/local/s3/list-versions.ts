import { listPage } from './list-page.ts';
import { commonParameters, entries } from './list-objects.ts';
import { type Handler, parameter, requireBucket, xmlReply } from './operations.ts';

/**
 * Each object is its one version, `null`, as in a bucket that never had versioning.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export const listObjectVersions: Handler = async (call, cloud) => {
  const bucket = requireBucket(cloud, call.bucket);
  const { prefix, delimiter, maxKeys, encode, encoding } = commonParameters(call);
  const marker = parameter(call, 'key-marker') ?? '';
  const page = listPage(bucket.index, { prefix, delimiter, maxKeys, after: marker });
  return xmlReply('ListVersionsResult', [
    ['Name', call.bucket],
    ['Prefix', encode(prefix)],
    ['KeyMarker', encode(marker)],
    ['VersionIdMarker', ''],
    ...(page.truncated && page.last !== null ? [['NextKeyMarker', encode(page.last)] as const, ['NextVersionIdMarker', 'null'] as const] : []),
    ['MaxKeys', String(maxKeys)],
    ...(delimiter === '' ? [] : [['Delimiter', encode(delimiter)] as const]),
    ...encoding,
    ['IsTruncated', String(page.truncated)],
    ...entries(page, encode, true).map(([name, content]) =>
      name === 'Contents' && typeof content !== 'string' ? (['Version', [...content, ['VersionId', 'null'], ['IsLatest', 'true']]] as const) : ([name, content] as const)),
  ]);
};

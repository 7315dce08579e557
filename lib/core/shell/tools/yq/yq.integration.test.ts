import { expect, test } from 'vitest';
import { runInMemory } from '../../testing/run-in-memory.ts';

const CONFIG = `# top
name: app # the name
ports:
  # first
  - 80
  - 443 # tls
`;
const write = `cat > c.yaml <<'END'\n${CONFIG}END\n`;

test('yq -i changes what the filter assigns, and comments stay', async () => {
  const { text, errors, status } = await runInMemory(`${write}yq -i '.name = "new" | .ports[1] = 8443 | .extra.on = true' c.yaml; cat c.yaml`);
  expect({ text, errors, status }).toEqual({
    text: `${CONFIG.replace('app', 'new').replace('443', '8443')}extra:\n  on: true\n`,
    errors: '',
    status: 0,
  });
});

test('yq -i leaves the file alone when the filter fails', async () => {
  const { text, status } = await runInMemory(`${write}yq -i '.name.x = 1' c.yaml; echo $?; cat c.yaml`);
  expect({ text, status }).toEqual({ text: `5\n${CONFIG}`, status: 0 });
});

test('yq -i says when comments could not be kept', async () => {
  const { text, errors } = await runInMemory(`${write}yq -i '{ports}' c.yaml; cat c.yaml`);
  expect({ text, errors }).toEqual({
    text: 'ports:\n  - 80\n  - 443\n',
    errors: "yq: c.yaml: written anew, without its comments; they stay where the filter only assigns, e.g. '.a = 1', or deletes\n",
  });
});

test('yq reads and writes YAML and JSON, documents one after another', async () => {
  const { text, status } = await runInMemory(`printf 'a: 1\\n---\\na: "2"\\n' | yq '.a'; ${write}yq -o json '.ports' c.yaml; echo '{"b":[1,"2"]}' | yq -p json .; yq '.name' c.yaml`);
  expect({ text, status }).toEqual({ text: '1\n---\n2\n[\n  80,\n  443\n]\nb:\n  - 1\n  - "2"\napp\n', status: 0 });
});

test('yq names the file and the place of what is not YAML', async () => {
  const { text, errors, status } = await runInMemory("printf 'a: [1\\n' > bad.yaml; yq . bad.yaml");
  expect({ text, status }).toEqual({ text: '', status: 1 });
  expect(errors).toMatch(/^yq: bad\.yaml: .+ at line 2, column 1\n$/);
});

# story: Transformers, events and run_cell are replaced.
# into: add
# max: 0
import ast

shell = get_ipython()


class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()


shell.ast_transformers.append(NoAsserts())
shell.input_transformers_cleanup.append(lambda lines: ["pass\n"])
shell.events.register("pre_run_cell", lambda *a: None)
shell.run_cell = lambda *a, **k: None
type(shell).run_cell = lambda *a, **k: None

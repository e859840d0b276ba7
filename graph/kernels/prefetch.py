"""Ask for a cache line before it is needed: the kernels know which accounts the next transfers touch.

Changes no result; without the compiler (``NUMBA_DISABLE_JIT=1``) it does nothing.
"""

from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic

AHEAD = 16  # transfers between asking and using: about the latency of memory


if getattr(config, "DISABLE_JIT"):  # noqa: B009 – set at run time, unknown to the type checker

    def prefetch(array, index):
        """Nothing to ask for."""

else:

    @intrinsic
    def prefetch(typing_context, array, index):
        """Prefetch the line of element ``index`` of a one-dimensional array, for writing soon."""

        def emit(context, builder, signature, arguments):
            view = cgutils.create_struct_proxy(signature.args[0])(context, builder, arguments[0])
            pointer = builder.bitcast(builder.gep(view.data, [arguments[1]]), ir.IntType(8).as_pointer())
            word = ir.IntType(32)
            function = cgutils.get_or_insert_function(
                builder.module,
                ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer(), word, word, word]),
                "llvm.prefetch.p0",
            )
            builder.call(function, [pointer, ir.Constant(word, 1), ir.Constant(word, 3), ir.Constant(word, 1)])
            return context.get_dummy_value()

        return types.void(array, types.int64), emit

namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>A compiled expression over self and oldSelf.</summary>
internal sealed class CelProgram
{
    private readonly CelExpression _expression;

    private CelProgram(CelExpression expression, bool usesOldSelf)
    {
        _expression = expression;
        UsesOldSelf = usesOldSelf;
    }

    /// <summary>A transition rule: it runs only when there is an old value.</summary>
    public bool UsesOldSelf { get; }

    /// <exception cref="CelException">Syntax, or a name, function or field that does not exist.</exception>
    public static CelProgram Compile(string text, StructuralSchema self, bool optionalOldSelf = false)
    {
        var expression = CelParser.Parse(text);
        return new CelProgram(expression, CelChecker.Check(text, expression, self, optionalOldSelf));
    }

    /// <exception cref="CelException">The expression has no value for these.</exception>
    public object? Run(object? self, object? oldSelf) =>
        new CelEvaluator(new CelBudget()).Evaluate(_expression, new CelScope("self", self, new CelScope("oldSelf", oldSelf, null)));
}

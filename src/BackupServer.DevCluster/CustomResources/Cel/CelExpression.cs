namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>The syntax tree of an expression.</summary>
/// <param name="Position">Where it begins in the text, counted from 0.</param>
internal abstract record CelExpression(int Position)
{
    internal sealed record Literal(object? Value, int Position) : CelExpression(Position);

    internal sealed record Name(string Identifier, int Position) : CelExpression(Position);

    /// <summary>A field; IsTest inside has() asks whether it is there, IsOptional is .?field.</summary>
    internal sealed record Select(CelExpression Target, string Field, bool IsTest, bool IsOptional, int Position) : CelExpression(Position);

    /// <summary>[key]; IsOptional is [?key].</summary>
    internal sealed record Index(CelExpression Target, CelExpression Key, bool IsOptional, int Position) : CelExpression(Position);

    /// <summary>A function, a method (with a target) or an operator (its symbol is the function's name).</summary>
    internal sealed record Call(string Function, CelExpression? Target, IReadOnlyList<CelExpression> Arguments, int Position) : CelExpression(Position);

    internal sealed record ListOf(IReadOnlyList<CelExpression> Items, int Position) : CelExpression(Position);

    internal sealed record MapOf(IReadOnlyList<(CelExpression Key, CelExpression Value)> Entries, int Position) : CelExpression(Position);

    /// <summary>all, exists, exists_one, filter or map over a list or the keys of a map; Second is the value beside a key, Filter that of a four-argument map().</summary>
    internal sealed record Macro(
        string Function, CelExpression Range, string Variable, string? Second, CelExpression? Filter, CelExpression Body, int Position)
        : CelExpression(Position);

    internal sealed record Bind(string Variable, CelExpression Value, CelExpression Body, int Position) : CelExpression(Position);
}

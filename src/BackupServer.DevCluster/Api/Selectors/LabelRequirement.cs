namespace BackupServer.DevCluster.Api.Selectors;

/// <summary>One requirement of a label selector.</summary>
/// <param name="Key">Label.</param>
/// <param name="Operator">What is asked.</param>
/// <param name="Values">Operands.</param>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, IReadOnlyList<string> Values)
{
    /// <summary>Whether labels satisfy it.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var present = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            LabelOperator.In => present && Values.Contains(value!),
            LabelOperator.NotIn => !present || !Values.Contains(value!),
            LabelOperator.Exists => present,
            LabelOperator.Absent => !present,
            LabelOperator.Greater => present && long.TryParse(value, out var number) && number > long.Parse(Values[0]),
            LabelOperator.Less => present && long.TryParse(value, out var number) && number < long.Parse(Values[0]),
            _ => false,
        };
    }
}

using System.Text.Json.Nodes;
using BackupServer.DevCluster.CustomResources;
using BackupServer.DevCluster.CustomResources.Cel;

namespace BackupServer.DevCluster.Tests.CustomResources;

public sealed class CelTests
{
    private static readonly StructuralSchema Schema = StructuralSchema.Parse(JsonNode.Parse("""
        {"type":"object","properties":{
          "n":{"type":"integer"},"f":{"type":"number"},"s":{"type":"string"},"b":{"type":"boolean"},
          "t":{"type":"string","format":"date-time"},"d":{"type":"string","format":"duration"},"q":{"x-kubernetes-int-or-string":true},
          "l":{"type":"array","items":{"type":"string"}},
          "set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
          "o":{"type":"object","properties":{"x":{"type":"integer"},"namespace":{"type":"string"},"a-b":{"type":"string"}}},
          "m":{"type":"object","additionalProperties":{"type":"integer"}},
          "objs":{"type":"array","items":{"type":"object","properties":{"k":{"type":"string"},"v":{"type":"integer"}}}}}}
        """)!.AsObject());

    private static readonly JsonObject Value = JsonNode.Parse("""
        {"n":5,"f":1.5,"s":"hello","b":true,"t":"2024-02-29T12:34:56Z","d":"1h30m","q":"50%","l":["a","b","c"],"set":["x","y"],
         "o":{"x":1,"namespace":"ns","a-b":"dash"},"m":{"one":1,"two":2},"objs":[{"k":"p","v":1},{"k":"q","v":2}]}
        """)!.AsObject();

    [Theory]
    [InlineData("self.n == 5")]
    [InlineData("self.n + 2 * 3 == 11 && self.n % 2 == 1 && -self.n == -5")]
    [InlineData("self.f > 1 && self.f < 2.0")]
    [InlineData("has(self.s) && (!has(self.o.x) || self.o.x == 1)")]
    [InlineData("self.s.startsWith('he') && self.s.endsWith(\"lo\") && self.s.contains('ll')")]
    [InlineData("self.s.matches('^h[a-z]+o$') && size(self.s) == 5 && self.s.size() == 5")]
    [InlineData("self.o.__namespace__ == 'ns' && self.o.a__dash__b == 'dash'")]
    [InlineData("self.l.all(x, x.size() == 1) && self.l.exists(x, x == 'b') && self.l.exists_one(x, x == 'c')")]
    [InlineData("self.l.map(x, x + '!') == ['a!', 'b!', 'c!'] && self.l.filter(x, x != 'a') == ['b', 'c']")]
    [InlineData("self.objs.map(o, o.v > 1, o.k) == ['q'] && self.objs.all(i, o, i < 2 && o.v == i + 1)")]
    [InlineData("'one' in self.m && self.m['two'] == 2 && self.m.all(k, self.m[k] > 0) && !('three' in self.m)")]
    [InlineData("self.set == ['y', 'x'] && self.l != ['c', 'b', 'a']")]
    [InlineData("self.t.getFullYear() == 2024 && self.t.getMonth() == 1 && self.t.getDate() == 29 && self.t < timestamp('2024-03-01T00:00:00Z')")]
    [InlineData("self.d == duration('90m') && self.d.getMinutes() == 90 && duration('1m') + duration('1s') == duration('61s')")]
    [InlineData("type(self.q) == string && self.q.endsWith('%') && int(self.q.replace('%', '')) <= 100")]
    [InlineData("int('7') == 7 && string(7) == '7' && double('1.5') == 1.5 && uint(3) == 3u && bool('true')")]
    [InlineData("quantity('1Gi').isGreaterThan(quantity('1G')) && isQuantity('5m') && !isQuantity('x') && quantity('2').asInteger() == 2")]
    [InlineData("isURL('https://h:8443/p?q=1') && url('https://h:8443/p').getHostname() == 'h' && url('https://h:8443/p').getPort() == '8443' && !isURL('nope')")]
    [InlineData("isIP('10.0.0.1') && ip('::1').family() == 6 && cidr('10.0.0.0/8').containsIP('10.1.2.3')")]
    [InlineData("self.b ? self.n == 5 : 1/0 == 1")]
    [InlineData("1/0 == 1 || true")]
    [InlineData("!(1/0 == 1 && false)")]
    [InlineData("[1, 2, 3].sum() == 6 && [3, 1].max() == 3 && [1, 2].isSorted() && sets.contains([1, 2], [2])")]
    [InlineData("self.?s.orValue('x') == 'hello' && optional.none().orValue(1) == 1 && self.o.?x.hasValue()")]
    [InlineData("'a,b'.split(',').join('-') == 'a-b' && 'Ab'.lowerAscii() == 'ab' && 'abc'.substring(1, 2) == 'b' && ' x '.trim() == 'x'")]
    [InlineData("cel.bind(x, self.n * 2, x == 10)")]
    [InlineData("r'\\d' == '\\\\d' && '\\u0041\\x42\\103' == 'ABC' && b'a' == b'a'")]
    [InlineData("{'a': 1}['a'] == 1 && {'a': 1} == {'a': 1} && [1] + [2] == [1, 2]")]
    [InlineData("self.l.indexOf('b') == 1 && self.s.indexOf('l') == 2")]
    public void Rule_holds(string rule) => Assert.Equal(true, Run(rule));

    [Theory]
    [InlineData("self.n > 5")]
    [InlineData("self.l.exists(x, x == 'z')")]
    [InlineData("has(self.o.x) && self.o.x == 2")]
    public void Rule_does_not_hold(string rule) => Assert.Equal(false, Run(rule));

    [Theory]
    [InlineData("1 / 0 == 1", "division by zero")]
    [InlineData("self.l[9] == 'a'", "index out of bounds: 9")]
    [InlineData("self.m['three'] == 3", "no such key: three")]
    [InlineData("9223372036854775807 + 1 > 0", "integer overflow")]
    [InlineData("duration('x') == duration('1s')", "invalid duration 'x'")]
    public void Evaluation_fails_with_a_reason(string rule, string reason) => Assert.Equal(reason, Assert.Throws<CelException>(() => Run(rule)).Message);

    [Theory]
    [InlineData("self.nope == 1", "undefined field 'nope'")]
    [InlineData("self.objs.all(o, o.zz == 1)", "undefined field 'zz'")]
    [InlineData("frobnicate(self.n)", "undeclared reference to 'frobnicate'")]
    [InlineData("other == 1", "undeclared reference to 'other'")]
    [InlineData("self.n ==", "Syntax error: mismatched input '<EOF>'")]
    [InlineData("self.n = 1", "Syntax error")]
    [InlineData("self.s.matches('a' b)", "Syntax error")]
    [InlineData("has(self)", "invalid argument to has() macro")]
    [InlineData("'unfinished", "string literal without an end")]
    public void What_cannot_run_is_refused_when_it_is_written(string rule, string reason) =>
        Assert.Contains(reason, Assert.Throws<CelException>(() => CelProgram.Compile(rule, Schema)).Message);

    [Fact]
    public void A_rule_that_costs_too_much_is_stopped()
    {
        const string Ten = "[0,1,2,3,4,5,6,7,8,9]";
        var rule = string.Concat(Enumerable.Range(0, 8).Select(i => $"{Ten}.all(v{i}, ")) + "true" + new string(')', 8);

        var thrown = Assert.Throws<CelException>(() => Run(rule));

        Assert.Contains("cost limit", thrown.Message);
    }

    [Fact]
    public void Nesting_without_end_is_refused_and_does_not_overflow_the_stack()
    {
        var thrown = Assert.Throws<CelException>(() => CelParser.Parse(new string('(', 100_000) + "1" + new string(')', 100_000)));

        Assert.Contains("nests deeper", thrown.Message);
    }

    [Fact]
    public void Only_rules_that_name_the_old_value_are_transition_rules()
    {
        Assert.True(CelProgram.Compile("self == oldSelf", Schema).UsesOldSelf);
        Assert.False(CelProgram.Compile("self.n > 0", Schema).UsesOldSelf);
    }

    private static object? Run(string rule) => CelProgram.Compile(rule, Schema).Run(CelValues.From(Value.DeepClone(), Schema), null);
}

using System.Numerics;
using BackupServer.Repository.Configuration;

namespace BackupServer.Repository.Tests.Configuration;

public sealed class ChunkerPolynomialTests
{
    [Theory]
    [InlineData(0x3DA3358B4DC173UL, true)]
    [InlineData(0b111UL, true)]
    [InlineData(0b1011UL, true)]
    [InlineData(0b101UL, false)]
    [InlineData(0b1111UL, false)]
    [InlineData(0UL, false)]
    [InlineData(0x3DA3358B4DC172UL, false)]
    public void Irreducible_polynomials_are_told_from_products(ulong polynomial, bool irreducible) =>
        Assert.Equal(irreducible, ChunkerPolynomial.IsIrreducible(polynomial));

    [Fact]
    public void A_random_one_has_degree_53_and_is_irreducible()
    {
        var polynomial = ChunkerPolynomial.Random();

        Assert.Equal(53, BitOperations.Log2(polynomial));
        Assert.True(ChunkerPolynomial.IsIrreducible(polynomial));
        Assert.NotEqual(polynomial, ChunkerPolynomial.Random());
    }
}

using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace BackupServer.Repository.Configuration;

/// <summary>
/// Polynomials over GF(2) as bit sets. The config must hold an irreducible one of degree 53: stock restic tests it at every open. A random
/// one hides from others where chunks end.
/// </summary>
internal static class ChunkerPolynomial
{
    public const int Degree = 53;

    public static ulong Random()
    {
        Span<byte> bytes = stackalloc byte[8];
        ulong candidate;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            candidate = (BinaryPrimitives.ReadUInt64LittleEndian(bytes) & ((1UL << Degree) - 1)) | (1UL << Degree) | 1;
        }
        while (!IsIrreducible(candidate));

        return candidate;
    }

    /// <summary>Ben-Or's test: no factor of degree i divides it, for every i up to half its degree.</summary>
    public static bool IsIrreducible(ulong polynomial)
    {
        var degree = DegreeOf(polynomial);
        if (degree < 1)
        {
            return false;
        }

        const ulong X = 2;
        var power = X;
        for (var i = 1; i <= degree / 2; i++)
        {
            power = MultiplyModulo(power, power, polynomial);
            if (GreatestCommonDivisor(polynomial, power ^ X) != 1)
            {
                return false;
            }
        }

        return true;
    }

    private static int DegreeOf(ulong polynomial) => 63 - BitOperations.LeadingZeroCount(polynomial);

    private static ulong MultiplyModulo(ulong left, ulong right, ulong modulus)
    {
        var top = 1UL << DegreeOf(modulus);
        ulong product = 0;
        while (right != 0)
        {
            product ^= (right & 1) != 0 ? left : 0;
            right >>= 1;
            left <<= 1;
            left ^= (left & top) != 0 ? modulus : 0;
        }

        return product;
    }

    private static ulong GreatestCommonDivisor(ulong left, ulong right)
    {
        while (right != 0)
        {
            (left, right) = (right, Modulo(left, right));
        }

        return left;
    }

    private static ulong Modulo(ulong dividend, ulong divisor)
    {
        var degree = DegreeOf(divisor);
        while (dividend != 0 && DegreeOf(dividend) >= degree)
        {
            dividend ^= divisor << (DegreeOf(dividend) - degree);
        }

        return dividend;
    }
}

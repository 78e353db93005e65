using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>Embeddings as the database keeps them.</summary>
internal static class Vectors
{
    /// <summary>Vectors are replaced whole, never changed in place.</summary>
    public static readonly ValueComparer<float[]?> Comparer = new(
        (a, b) => ReferenceEquals(a, b) || (a != null && b != null && a.SequenceEqual(b)),
        vector => vector == null ? 0 : vector.Length,
        vector => vector);

    /// <summary>The numbers of a JSON list, scaled to length 1.</summary>
    /// <param name="json">A list of numbers, or <see langword="null"/>.</param>
    /// <returns>The vector; <see langword="null"/> for none, an empty one, and one of zeros, which has no direction.</returns>
    public static float[]? Unit(string? json)
    {
        if (json is null)
        {
            return null;
        }

        var numbers = JsonSerializer.Deserialize<double[]>(json)!;

        // Scaled by the largest first: squares of large numbers would overflow.
        var largest = numbers.Length == 0 ? 0 : numbers.Max(Math.Abs);
        if (largest == 0)
        {
            return null;
        }

        var length = Math.Sqrt(numbers.Sum(n => n / largest * (n / largest)));
        return [.. numbers.Select(n => (float)(n / largest / length))];
    }

    public static byte[] ToBytes(float[] vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        return bytes;
    }

    public static float[] FromBytes(byte[] bytes)
    {
        var vector = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        }

        return vector;
    }
}

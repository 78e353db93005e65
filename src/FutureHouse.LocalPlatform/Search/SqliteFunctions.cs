using System.Numerics;
using System.Runtime.InteropServices;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.Data.Sqlite;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>What SQLite cannot compute by itself: comparison without regard to case in any script, words, cosines.</summary>
internal static class SqliteFunctions
{
    public const string HasWords = "fh_words";
    public const string Cosine = "fh_cosine";
    public const string Metadata = "fh_metadata";

    /// <summary>The function of an operator.</summary>
    public static string Of(SearchOperator comparison) => comparison switch
    {
        SearchOperator.StartsWith => "fh_starts_with",
        SearchOperator.EndsWith => "fh_ends_with",
        _ => "fh_contains",
    };

    /// <summary>Gives the connection the functions of texts. The triggers of the search index call <c>fh_nfc</c>: every connection needs it.</summary>
    public static void RegisterText(SqliteConnection connection)
    {
        connection.CreateFunction("fh_nfc", (string? text) => text?.Normalize(), isDeterministic: true);
        Register(Of(SearchOperator.Contains), (text, part) => text.Contains(part, StringComparison.OrdinalIgnoreCase));
        Register(Of(SearchOperator.StartsWith), (text, part) => text.StartsWith(part, StringComparison.OrdinalIgnoreCase));
        Register(Of(SearchOperator.EndsWith), (text, part) => text.EndsWith(part, StringComparison.OrdinalIgnoreCase));
        Register(HasWords, AreIn);
        void Register(string name, Func<string, string, bool> function) =>
            connection.CreateFunction(name, (string? text, string? part) => text is not null && part is not null && function(text.Normalize(), part), isDeterministic: true);
    }

    /// <summary>Whether all these words are in a text.</summary>
    public static bool AreIn(string text, string words) => Words.Of(words) is { Count: > 0 } wanted && wanted.TrueForAll(Words.Of(text).ToHashSet(StringComparer.OrdinalIgnoreCase).Contains);

    /// <summary>Gives the connection the criteria on metadata of one search, until it is given others.</summary>
    public static void RegisterMetadata(SqliteConnection connection, IReadOnlyList<MetadataMatcher> matchers) =>
        connection.CreateFunction(Metadata, (string? json, int index) => matchers[index].Fits(json));

    /// <summary>Gives the connection the cosine to one vector, until it is given another.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="unit">A vector of length 1.</param>
    public static void RegisterCosine(SqliteConnection connection, float[] unit) =>
        connection.CreateFunction(Cosine, (byte[]? vector) => vector is null || vector.Length != unit.Length * sizeof(float) ? (double?)null : Product(vector, unit));

    private static double Product(byte[] bytes, float[] unit)
    {
        ReadOnlySpan<float> vector = BitConverter.IsLittleEndian ? MemoryMarshal.Cast<byte, float>(bytes) : Vectors.FromBytes(bytes);
        var left = MemoryMarshal.Cast<float, Vector<float>>(vector);
        var right = MemoryMarshal.Cast<float, Vector<float>>(unit.AsSpan());
        var sums = Vector<float>.Zero;
        for (var i = 0; i < left.Length; i++)
        {
            sums += left[i] * right[i];
        }

        var sum = (double)Vector.Sum(sums);
        for (var i = left.Length * Vector<float>.Count; i < unit.Length; i++)
        {
            sum += (double)vector[i] * unit[i];
        }

        return sum;
    }
}

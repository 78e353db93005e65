using System.Collections;
using System.Globalization;
using System.Management.Automation;
using FutureHouse.Errors;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Makes plain dictionaries and lists of a user's hashtable; the hashtable is never written to.</summary>
internal static class Metadata
{
    /// <summary>Deeper than anyone nests by hand; a table that holds itself has no end.</summary>
    private const int MaxDepth = 64;

    /// <exception cref="InvalidRequestException">It is nested too deep, or holds itself.</exception>
    public static IReadOnlyDictionary<string, object?>? Of(Hashtable? table) => table is null ? null : (Dictionary<string, object?>)Plain(table, 0)!;

    private static object? Plain(object? value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, SendStrings.MetadataTooDeep, MaxDepth));
        }

        var bare = value is PSObject wrapper ? wrapper.BaseObject : value;
        return bare switch
        {
            IDictionary map => map.Cast<DictionaryEntry>().ToDictionary(e => e.Key.ToString()!, e => Plain(e.Value, depth + 1), StringComparer.Ordinal),
            PSCustomObject => PSObject.AsPSObject(value).Properties.ToDictionary(p => p.Name, p => Plain(p.Value, depth + 1), StringComparer.Ordinal),
            string or null => bare,
            IEnumerable list => list.Cast<object?>().Select(item => Plain(item, depth + 1)).ToList(),
            DateTime or DateTimeOffset => ((IFormattable)bare).ToString("O", CultureInfo.InvariantCulture),
            Guid or Uri or Enum => PSObject.AsPSObject(bare).ToString(),
            SwitchParameter flag => (bool)flag,
            _ => bare,
        };
    }
}

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

        var bare = ArgumentAttribute.Bare(value);
        return bare switch
        {
            IDictionary map => Members(map, depth),
            PSObject { BaseObject: PSCustomObject } => PSObject.AsPSObject(value).Properties.ToDictionary(p => p.Name, p => Plain(p.Value, depth + 1), StringComparer.Ordinal),
            string or null => bare,
            IEnumerable list => list.Cast<object?>().Select(item => Plain(item, depth + 1)).ToList(),
            Guid or Uri or Enum => PSObject.AsPSObject(bare).ToString(),
            SwitchParameter flag => (bool)flag,
            _ => bare,
        };
    }

    private static Dictionary<string, object?> Members(IDictionary map, int depth)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (DictionaryEntry member in map)
        {
            var name = LanguagePrimitives.ConvertTo<string>(member.Key);
            if (!members.TryAdd(name, Plain(member.Value, depth + 1)))
            {
                throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, BindingStrings.KeyTwice, name));
            }
        }

        return members;
    }
}

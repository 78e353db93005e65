using System.Collections;
using System.Globalization;
using System.Management.Automation;
using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Makes criteria of what a user gives: hashtables, or objects with Field, Operator and Value.</summary>
internal static class CriterionReader
{
    /// <summary>The criterion of one thing.</summary>
    /// <param name="item">A hashtable, an object, or a criterion of the engine's.</param>
    /// <param name="number">Which it is, from 1, for messages.</param>
    /// <exception cref="InvalidRequestException">It is none.</exception>
    public static SearchCriterion Read(object? item, int number)
    {
        var bare = item is PSObject wrapper ? wrapper.BaseObject : item;
        if (bare is SearchCriterion ready)
        {
            return ready;
        }

        if (bare is null or string || bare.GetType().IsPrimitive || bare is IEnumerable and not IDictionary)
        {
            throw Wrong(SearchStrings.CriterionShape, number, bare is null ? SearchStrings.Nothing : bare.GetType().Name);
        }

        object? Member(string name) =>
            bare is IDictionary map ? map.Keys.Cast<object>().Where(k => name.Equals(k.ToString(), StringComparison.OrdinalIgnoreCase)).Select(k => map[k]).FirstOrDefault() : PSObject.AsPSObject(item).Properties[name]?.Value;
        object Required(string name) => Member(name) ?? throw Wrong(SearchStrings.CriterionMember, number, name);
        return new SearchCriterion(Required("Field").ToString()!, Operator(Required("Operator"), number), Value(Required("Value"), number));
    }

    private static SearchOperator Operator(object given, int number)
    {
        var bare = given is PSObject wrapper ? wrapper.BaseObject : given;
        var name = bare.ToString()!;
        return SearchCriterion.TryParseOperator(name, out var found) ? found : throw Wrong(SearchStrings.CriterionOperator, number, name, string.Join(", ", SearchCriterion.OperatorNames));
    }

    private static SearchValue Value(object given, int number)
    {
        var bare = given is PSObject wrapper ? wrapper.BaseObject : given;
        return bare switch
        {
            bool truth => SearchValue.Of(truth),
            SwitchParameter flag => SearchValue.Of(flag.IsPresent),
            IEnumerable list and not (string or IDictionary) => SearchValue.Of(list.Cast<object?>().Select(one => Text(one, number))),
            _ => SearchValue.Of(Text(given, number)),
        };
    }

    /// <summary>One value as the protocol writes it.</summary>
    private static string Text(object? given, int number)
    {
        var bare = given is PSObject wrapper ? wrapper.BaseObject : given;
        return bare switch
        {
            string text => text,
            bool truth => truth ? "true" : "false",
            DateTime time => IsoTime.Text(time),
            DateTimeOffset time => IsoTime.Text(time),
            DateOnly or TimeOnly => ((IFormattable)bare).ToString("O", CultureInfo.InvariantCulture),
            TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
            Guid id => id.ToString("D"),
            EntryStatus or ShareStatus => bare.ToString()!.ToLowerInvariant(),
            DataEntry entry => entry.Id.ToString("D"),
            FutureHouse.Dataset dataset => dataset.Id.ToString("D"),
            char or Enum or Uri => bare.ToString()!,
            IFormattable value when bare.GetType().IsPrimitive || bare is decimal or Half or Int128 or UInt128 or System.Numerics.BigInteger => value.ToString(null, CultureInfo.InvariantCulture),
            _ => throw Wrong(SearchStrings.CriterionValue, number, bare is null ? SearchStrings.Nothing : bare.GetType().Name),
        };
    }

    private static InvalidRequestException Wrong(string format, params object?[] arguments) => new(string.Format(CultureInfo.CurrentCulture, format, arguments));
}

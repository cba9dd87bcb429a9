/// What is found when somebody looks after files: how their shares are.
@NullMarked
package org.truckee.client.health;

import org.jspecify.annotations.NullMarked;
